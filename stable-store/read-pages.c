/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read-pages.c - reading pages of a checkpoint, neighbours together.  */

#include "priv.h"

#define TOGETHER 64		/* Blocks in one read at most.  */

/* Read the N entries E, whose pages and blocks follow each other.  */
static error_t
read_run (struct store_ckpt *c, const struct kv *e, size_t n, uint8_t *buf)
{
  struct store *s = c->store;
  if (n == 1)
    return page_fetch (s, NULL, e, c->number, buf);

  error_t err = dev_read (s, PTR_BLOCK (e->v[0]), n, buf, "pages");
  if (err)
    {
      /* One by one then: which is it?  */
      err = 0;
      for (size_t i = 0; i < n && !err; i++)
	err = page_fetch (s, NULL, &e[i], c->number, buf + i * STORE_PAGE);
      return err;
    }
  for (size_t i = 0; i < n; i++)
    if (!hash_ok (store_hash (s, buf + i * STORE_PAGE, STORE_PAGE),
		  e[i].v[2]))
      return page_error (s, EILSEQ, &e[i], c->number);
  return 0;
}

error_t
store_read_pages (struct store_ckpt *c, uint64_t id, uint64_t pageno,
		  size_t count, void *buf)
{
  struct view p = ckpt_p (c);
  struct kv run[TOGETHER], e;
  uint8_t *out = buf;
  size_t n = 0;

  if (count == 0)
    return 0;
  if (pageno > STORE_MAX_PAGENO || count - 1 > STORE_MAX_PAGENO - pageno)
    return store_fail (c->store, EINVAL, "page number too large");

  /* RUN has the N entries found but not yet read; all before them is done.  */
  uint64_t at = pageno, end = pageno + count;
  while (at < end)
    {
      error_t err = view_ceil (&p, KEY_PAGE (id, at), &e);
      if (err && err != ENOENT)
	return err;
      uint64_t found = err || e.k.hi != id ? end : e.k.lo - 1;
      if (found > end)
	found = end;

      bool follows = (n > 0 && n < TOGETHER && found == at && found < end
		      && !PTR_LEN (e.v[0]) && !PTR_LEN (run[n - 1].v[0])
		      && (PTR_BLOCK (e.v[0])
			  == PTR_BLOCK (run[n - 1].v[0]) + 1));
      if (n && !follows)
	{
	  err = read_run (c, run, n,
			  out + (run[0].k.lo - 1 - pageno) * STORE_PAGE);
	  if (err)
	    return err;
	  n = 0;
	}
      memset (out + (at - pageno) * STORE_PAGE, 0,
	      (found - at) * STORE_PAGE);
      if (found < end)
	run[n++] = e;
      at = found + (found < end);
    }
  return n ? read_run (c, run, n,
		       out + (run[0].k.lo - 1 - pageno) * STORE_PAGE) : 0;
}
