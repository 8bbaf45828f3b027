/* SPDX-License-Identifier: GPL-3.0-or-later */
/* put-page.c - one page of the checkpoint being written: the same as before,
   somewhere already, or new.  */

#include "priv.h"
#include <lz4.h>

static bool
is_zero (const uint8_t *p)
{
  return p[0] == 0 && memcmp (p, p + 1, STORE_PAGE - 1) == 0;
}

/* Store PAGE compressed together with others in one block; *DONE tells whether
   it shrank enough.  */
static error_t
write_packed (struct store_txn *txn, const void *page, uint64_t ref[3],
	      bool *done)
{
  char out[COMPRESSED_MAX];
  int size = LZ4_compress_default (page, out, STORE_PAGE, sizeof out);
  *done = size > 0;
  if (!*done)
    return 0;

  if (txn->pack_block && txn->pack_used + size > STORE_PAGE)
    {
      uint64_t block = txn->pack_block;
      txn->pack_block = 0;
      error_t err = wbuf_write (txn, block, txn->pack);
      if (err)
	return err;
    }
  if (!txn->pack_block)
    {
      if (!txn->pack)
	txn->pack = malloc (STORE_PAGE);
      if (!txn->pack)
	return ENOMEM;
      error_t err = space_alloc (txn, &txn->pack_block);
      if (err)
	{
	  txn->pack_block = 0;
	  return err;
	}
      txn->data_blocks++;
      txn->pack_used = 0;
      memset (txn->pack, 0, STORE_PAGE);
    }
  memcpy (txn->pack + txn->pack_used, out, size);
  ref[0] = PTR_PACKED (txn->pack_block, txn->pack_used, size);
  txn->pack_used += size;
  return 0;
}

/* Write PAGE, which is what K says, to a new place.  */
static error_t
write_page (struct store_txn *txn, struct key k, const void *page,
	    uint64_t ref[3])
{
  uint64_t block;
  bool done = false;
  error_t err = 0;

  if (txn->st.compress)
    err = write_packed (txn, page, ref, &done);
  if (!err && !done)
    {
      err = space_alloc (txn, &block);
      if (err)
	return err;
      txn->data_blocks++;
      ref[0] = PTR (block);
      err = wbuf_write (txn, block, page);
      if (!err)
	wbuf_is_page (txn, k.hi, k.lo - 1);
    }
  return err;
}

error_t
store_put_page (struct store_obj *obj, uint64_t pageno, const void *page)
{
  struct store_txn *txn = obj->txn;
  struct store *s = txn->store;
  struct view p = txn_p (txn);
  struct key k = KEY_PAGE (obj->id, pageno);
  uint8_t other[STORE_PAGE];
  struct found old;
  bool found;

  if (pageno > STORE_MAX_PAGENO)
    return store_fail (s, EINVAL, "page number too large");
  s->stats.pages_put++;
  if (is_zero (page))
    {
      s->stats.pages_zero++;
      return store_zero_pages (obj, pageno, 1);
    }

  uint64_t ref[3] = { 0, txn->birth, store_hash (s, page, STORE_PAGE) };
  error_t err = view_find (&p, k, &old);
  if (err)
    return err;
  if (old.there && old.e.v[2] == ref[2]
      && page_fetch (s, txn, &old.e, s->st.live, other) == 0
      && memcmp (other, page, STORE_PAGE) == 0)
    {
      s->stats.pages_same++;
      return (obj->old && !obj->whole && !old.top
	      ? store_keep_pages (obj, pageno, 1) : 0);
    }

  err = dedup_find (txn, page, ref[2], ref, &found);
  if (err)
    return err;
  if (found)
    s->stats.pages_shared++;
  else
    {
      /* Once the store is full, the rest is only counted.  */
      if (txn->missing)
	{
	  txn->missing++;
	  return 0;
	}
      err = write_page (txn, k, page, ref);
      if (err)
	return err == ENOSPC ? 0 : err;
      s->stats.pages_new++;
      struct kv new = { .k = k, .v = { ref[0], ref[1], ref[2] } };
      err = kvs_add (&txn->news, &new);
      if (err)
	return err;
      dedup_add (s, ref);
    }
  return txn_set_page (txn, k, &old, ref);
}
