/* SPDX-License-Identifier: GPL-3.0-or-later */
/* space.c - which blocks are free.

   Free extents are index entries, keyed by their last block: taking from the
   front then changes an entry's count only.  What a commit frees is in limbo for
   two more commits, because the root before the last still refers to it: the store
   can always be opened by either of its two roots.  */

#include "priv.h"

/* Blocks that pages may not use, so that a drop, or a checkpoint that stores no
   more than its predecessor, finds room for new index nodes: the whole general
   tree four times (old, new, and twice in limbo), and the page tree once more.  */
static uint64_t
reserve_meta (const struct store *store)
{
  uint64_t base = 8 + store->st.nblocks / 64;
  return ((base < 48 ? base : 48)
	  + 4 * (store->st.g.nodes + store->g.count / 64));
}

uint64_t
space_reserve (const struct store *store)
{
  return (reserve_meta (store) + 8 + 2 * store->st.p.nodes
	  + store->p.count / 64);
}

/* Take the next free extent out of the index into TXN.  */
static error_t
take_extent (struct store_txn *txn)
{
  struct view g = txn_g (txn);
  struct kv e;
  uint64_t cursor = txn->store->alloc_cursor;
  error_t err = view_ceil (&g, GKEY (G_FREE, 0, cursor), &e);
  if ((err == ENOENT || (!err && GKIND (e.k) != G_FREE)) && cursor)
    err = view_ceil (&g, GKEY (G_FREE, 0, 0), &e);
  if (err == ENOENT || (!err && GKIND (e.k) != G_FREE))
    return store_fail (txn->store, ENOSPC, "no free block left");
  if (err)
    return err;

  uint64_t end = e.k.lo + 1, count = e.v[1];
  if (count == 0 || count > end || end > txn->st.nblocks
      || end - count < BLOCK_JOURNAL + txn->store->journal_blocks)
    return store_fail (txn->store, EILSEQ, "free extent %llu+%llu is wrong",
		       (unsigned long long) (end - count),
		       (unsigned long long) count);
  err = view_del (&g, e.k);
  if (err)
    return err;
  txn->alloc_first = end - count;
  txn->alloc_end = end;
  return 0;
}

error_t
space_alloc (struct store_txn *txn, uint64_t *block)
{
  /* A page also needs its share of the index nodes to come.  */
  uint64_t floor = (txn->meta ? 0 : space_reserve (txn->store)
		    + (txn->p.count + txn->refs.count) / 64);
  if (txn->st.free <= floor)
    {
      txn->missing++;
      return store_fail (txn->store, ENOSPC,
			 "store full: %llu KiB missing so far",
			 (unsigned long long) txn->missing * 4);
    }
  if (txn->alloc_first == txn->alloc_end)
    {
      error_t err = take_extent (txn);
      if (err)
	return err;
    }
  *block = txn->alloc_first++;
  txn->store->alloc_cursor = txn->alloc_first;
  assert (txn->st.free > 0);
  txn->st.free--;
  return 0;
}

error_t
space_untake (struct store_txn *txn)
{
  struct view g = txn_g (txn);
  uint64_t count = txn->alloc_end - txn->alloc_first;
  if (count == 0)
    return 0;
  error_t err = view_put (&g, GKEY (G_FREE, 0, txn->alloc_end - 1), 0, count,
			  0);
  txn->alloc_first = txn->alloc_end = 0;
  return err;
}

error_t
space_free (struct store_txn *txn, uint64_t first, uint64_t count)
{
  struct view g = txn_g (txn);
  struct kv e;
  uint64_t last = first + count - 1;

  txn->st.free += count;
  error_t err = view_get (&g, GKEY (G_FREE, 0, first - 1), &e);
  if (!err)
    {
      count += e.v[1];
      err = view_del (&g, e.k);
    }
  if (err && err != ENOENT)
    return err;

  err = view_ceil (&g, GKEY (G_FREE, 0, last + 1), &e);
  if (!err && GKIND (e.k) == G_FREE && e.k.lo - e.v[1] == last)
    {
      count += e.v[1];
      last = e.k.lo;
    }
  else if (err && err != ENOENT)
    return err;
  return view_put (&g, GKEY (G_FREE, 0, last), 0, count, 0);
}

error_t
space_limbo (struct store_txn *txn, uint64_t first, uint64_t count)
{
  struct view g = txn_g (txn);
  txn->st.limbo += count;
  return view_put (&g, GKEY (G_LIMBO, txn->st.seq, first), 0, count, 0);
}

error_t
space_ripen (struct store_txn *txn)
{
  struct view g = txn_g (txn);
  struct kv e;
  struct key k = GKEY (G_LIMBO, 0, 0);

  for (;;)
    {
      error_t err = view_ceil (&g, k, &e);
      if (err == ENOENT
	  || (!err && (GKIND (e.k) != G_LIMBO
		       || GSUB (e.k) + 2 > txn->st.seq)))
	return 0;
      if (!err)
	err = view_del (&g, e.k);
      if (err)
	return err;
      uint64_t first = e.k.lo, count = e.v[1];
      if (count == 0 || count > txn->st.limbo || first > txn->st.nblocks
	  || count > txn->st.nblocks - first
	  || first < BLOCK_JOURNAL + txn->store->journal_blocks)
	return store_fail (txn->store, EILSEQ, "limbo extent %llu is wrong",
			   (unsigned long long) first);
      txn->st.limbo -= count;
      err = space_free (txn, first, count);
      if (err)
	return err;
      k = e.k;
    }
}
