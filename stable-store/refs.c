/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refs.c - how many places of the state being written refer to a data block.

   Only that one state is counted, and only counts above one are stored.  A block
   that loses its last reference in it is dead, but checkpoints before may need it:
   it is put on the dead list of the last of them, with its birth; drop.c goes on
   from there.  So neither a commit nor a drop ever looks at what it does not
   change.  */

#include "priv.h"

error_t
refs_add (struct store_txn *txn, const uint64_t ref[3], int change)
{
  struct key k = KEY (0, PTR_BLOCK (ref[0]));
  struct kv *old = map_get (&txn->refs, k);
  if (old)
    {
      old->v[0] += change;
      return 0;
    }
  struct kv e = { .k = k, .v = { (uint64_t) (int64_t) change, ref[1], 0 } };
  return map_put (&txn->refs, &e);
}

error_t
refs_kill (struct store_txn *txn, uint64_t first, uint64_t count,
	   uint64_t birth)
{
  struct view g = txn_g (txn);
  if (birth == txn->birth)
    return space_free (txn, first, count);
  if (birth > txn->st.live)
    return space_limbo (txn, first, count);
  return view_put (&g, GKEY (G_DEAD, txn->st.live, first), count, birth, 0);
}

/* Settle one block: *GONE says that nothing refers to it any more.  */
static error_t
settle (struct store_txn *txn, const struct kv *ref, bool *gone)
{
  struct view g = txn_g (txn);
  struct key k = GKEY (G_DUP, 0, ref->k.lo);
  struct kv e;
  bool new = ref->v[1] == txn->birth;
  int64_t count = 0, change = (int64_t) ref->v[0];
  *gone = false;
  if (change == 0 && !new)
    return 0;

  error_t err = new ? ENOENT : view_get (&g, k, &e);
  if (err && err != ENOENT)
    return err;
  if (!new)
    count = err ? 1 : (int64_t) e.v[1] + 1;
  if (count + change < 0)
    return store_fail (txn->store, EILSEQ,
		       "block %llu: more references lost than counted",
		       (unsigned long long) ref->k.lo);
  count += change;
  *gone = count == 0;
  if (count > 1)
    return view_put (&g, k, 0, count - 1, 0);
  return err ? 0 : view_del (&g, k);
}

error_t
refs_settle (struct store_txn *txn)
{
  uint64_t first = 0, count = 0, birth = 0;
  struct key k = KEY (0, 0);
  struct kv *r;
  error_t err;

  /* Neighbours of the same age go together.  */
  while ((r = map_ceil (&txn->refs, k)))
    {
      bool gone;
      err = settle (txn, r, &gone);
      if (err)
	return err;
      if (gone && count && r->k.lo == first + count && r->v[1] == birth)
	count++;
      else if (gone)
	{
	  err = count ? refs_kill (txn, first, count, birth) : 0;
	  if (err)
	    return err;
	  first = r->k.lo;
	  count = 1;
	  birth = r->v[1];
	}
      r->v[2] = gone;
      k = r->k;
      key_next (&k);
    }
  return count ? refs_kill (txn, first, count, birth) : 0;
}
