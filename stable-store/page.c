/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.c - reading one page and verifying it.  */

#include "priv.h"
#include <lz4.h>

error_t
page_error (struct store *store, error_t err, const struct kv *e,
	    uint64_t ckpt)
{
  return store_fail (store, err,
		     "block %llu: page %llu of object %llu, checkpoint %llu: %s",
		     (unsigned long long) PTR_BLOCK (e->v[0]),
		     (unsigned long long) e->k.lo - 1,
		     (unsigned long long) e->k.hi, (unsigned long long) ckpt,
		     err == EILSEQ ? "does not verify" : strerror (err));
}

error_t
page_fetch (struct store *store, struct store_txn *txn, const struct kv *e,
	    uint64_t ckpt, void *page)
{
  uint64_t block = PTR_BLOCK (e->v[0]);
  unsigned off = PTR_OFF (e->v[0]), len = PTR_LEN (e->v[0]);
  uint8_t packed[STORE_PAGE];
  const uint8_t *raw = txn ? wbuf_find (txn, block) : NULL;
  bool good = true;

  if (!raw)
    {
      error_t err = dev_read (store, block, 1, len ? packed : page, "page");
      if (err)
	return page_error (store, err, e, ckpt);
      raw = len ? packed : page;
    }
  if (len)
    good = (off + len <= STORE_PAGE
	    && LZ4_decompress_safe ((const char *) raw + off, page, len,
				    STORE_PAGE) == STORE_PAGE);
  else if (raw != page)
    memcpy (page, raw, STORE_PAGE);

  if (good && hash_ok (store_hash (store, page, STORE_PAGE), e->v[2]))
    return 0;
  return page_error (store, EILSEQ, e, ckpt);
}
