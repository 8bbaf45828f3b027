/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blob.c - objects as strings of bytes.  */

#include "priv.h"

error_t
store_put_blob (struct store_obj *obj, const void *data, size_t length)
{
  const uint8_t *p = data;
  uint64_t pageno = 0;
  error_t err = store_set_length (obj, length);

  for (; !err && length >= STORE_PAGE; length -= STORE_PAGE, p += STORE_PAGE)
    err = store_put_page (obj, pageno++, p);
  if (!err && length)
    {
      uint8_t last[STORE_PAGE] = { 0 };
      memcpy (last, p, length);
      err = store_put_page (obj, pageno, last);
    }
  return err;
}

error_t
store_read_blob (struct store_ckpt *ckpt, uint64_t id, size_t limit,
		 void **data, size_t *length)
{
  struct store_object_info info;
  error_t err = store_find_object (ckpt, id, &info);
  if (err)
    return err;
  if (info.length > limit || info.length > SIZE_MAX - STORE_PAGE)
    return store_fail (ckpt->store, EFBIG, "object %llu has %llu bytes",
		       (unsigned long long) id,
		       (unsigned long long) info.length);

  size_t pages = (info.length + STORE_PAGE - 1) / STORE_PAGE;
  void *p = malloc (pages ? pages * STORE_PAGE : 1);
  if (!p)
    return ENOMEM;
  err = store_read_pages (ckpt, id, 0, pages, p);
  if (err)
    {
      free (p);
      return err;
    }
  *data = p;
  *length = info.length;
  return 0;
}
