/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wbuf.c - what a transaction writes goes to the device in large pieces, and a
   page can be read back while it is on its way.  */

#include "priv.h"

error_t
wbuf_flush (struct store_txn *txn)
{
  if (txn->wcount == 0)
    return 0;
  error_t err = dev_write (txn->store, txn->wfirst, txn->wcount, txn->wbuf,
			   "pages");
  if (!err)
    {
      txn->wcount = 0;
      txn->wobject = 0;
    }
  else if (txn->wobject)
    store_fail (txn->store, err, "blocks %llu to %llu: cannot write pages,"
		" among them page %llu of object %llu: %s",
		(unsigned long long) txn->wfirst,
		(unsigned long long) (txn->wfirst + txn->wcount - 1),
		(unsigned long long) txn->wpage,
		(unsigned long long) txn->wobject, strerror (err));
  return err;
}

void
wbuf_is_page (struct store_txn *txn, uint64_t id, uint64_t pageno)
{
  if (txn->wobject)
    return;
  txn->wobject = id;
  txn->wpage = pageno;
}

error_t
wbuf_write (struct store_txn *txn, uint64_t block, const void *data)
{
  assert (block >= BLOCK_JOURNAL + txn->store->journal_blocks);
  if (!txn->wbuf)
    {
      /* It stays for the next one: new memory would have to be zeroed.  */
      struct store *s = txn->store;
      if (!s->wbuf)
	s->wbuf = malloc (WBUF_BLOCKS * STORE_PAGE);
      if (!s->wbuf)
	return ENOMEM;
      txn->wbuf = s->wbuf;
    }
  if (txn->wcount == WBUF_BLOCKS
      || (txn->wcount && block != txn->wfirst + txn->wcount))
    {
      error_t err = wbuf_flush (txn);
      if (err)
	return err;
    }
  if (txn->wcount == 0)
    txn->wfirst = block;
  memcpy (txn->wbuf + (size_t) txn->wcount++ * STORE_PAGE, data, STORE_PAGE);
  return 0;
}

const uint8_t *
wbuf_find (const struct store_txn *txn, uint64_t block)
{
  if (txn->pack_block && block == txn->pack_block)
    return txn->pack;
  if (txn->wcount && block >= txn->wfirst
      && block - txn->wfirst < txn->wcount)
    return txn->wbuf + (size_t) (block - txn->wfirst) * STORE_PAGE;
  return NULL;
}
