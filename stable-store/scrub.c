/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scrub.c - verifying everything, each block once.  */

#include "priv.h"

struct scrub
{
  struct walk w;		/* First.  */
  error_t (*callback) (void *, const struct store_damage *);
  void *arg;
  uint64_t count;
};

static error_t
report (struct walk *w, error_t err, uint64_t block, const struct kv *e,
	const char *what)
{
  struct scrub *s = (struct scrub *) w;
  struct store_damage d = { err, block, e ? e->k.hi : 0,
			    e ? e->k.lo - 1 : 0, w->number, what };
  if (err == ENOMEM)
    return err;
  s->count++;
  return s->callback ? s->callback (s->arg, &d) : 0;
}

static error_t
verify_page (struct walk *w, const struct kv *e)
{
  uint8_t page[STORE_PAGE];
  error_t err = page_fetch (w->store, NULL, e, w->number, page);
  return err ? report (w, err, PTR_BLOCK (e->v[0]), e, "page") : 0;
}

static error_t
scrub_checkpoints (struct scrub *c)
{
  struct store *s = c->w.store;
  struct view g = head_g (s);
  struct key k = GKEY (G_CKPT, 0, 0);
  struct kv e;
  error_t err;

  while ((err = view_ceil (&g, k, &e)) == 0 && GKIND (e.k) == G_CKPT)
    {
      struct store_ckpt ckpt;
      struct recref rec = { e.v[0], e.v[2], 0 };
      c->w.number = e.k.lo;
      err = ckpt_load (s, &rec, &ckpt);
      if (!err)
	{
	  err = walk_tree (&c->w, &ckpt.st.p, &ckpt.p, true);
	  map_clear (&ckpt.p);
	}
      else
	err = report (&c->w, err, PTR_BLOCK (rec.ptr), NULL, "record");
      if (err)
	return err;
      c->w.since = e.k.lo;
      k = e.k;
      key_next (&k);
    }
  return err == ENOENT ? 0 : err;
}

error_t
store_scrub (struct store *s, unsigned flags,
	     error_t (*callback) (void *, const struct store_damage *),
	     void *arg, uint64_t *count)
{
  struct scrub c = { .w = { .store = s, .page = verify_page,
			    .damage = report },
		     .callback = callback, .arg = arg };
  error_t err;
  if (s->txn)
    return store_fail (s, EBUSY, "a checkpoint is being written");

  if (s->root_damaged)
    err = report (&c.w, EILSEQ, BLOCK_ROOT + (s->st.seq + 1) % 2, NULL,
		  "root");
  else
    err = 0;
  for (uint64_t b = BLOCK_SUPER; b <= BLOCK_SUPER_COPY && !err; b++)
    if (s->bad_supers >> b & 1)
      err = report (&c.w, EILSEQ, b, NULL, "superblock");
  if (!err)
    err = walk_tree (&c.w, &s->st.g, NULL, false);
  if (!err)
    err = scrub_checkpoints (&c);
  if (!err)
    {
      /* What the last state has beyond the last checkpoint: nodes, and pages of a
	 checkpoint that was dropped.  */
      c.w.number = 0;
      err = walk_tree (&c.w, &s->st.p, &s->p, true);
    }
  if (!err && flags & STORE_SCRUB_SPACE && !c.count)
    {
      c.w.since = 0;
      err = walk_audit (&c.w);
    }
  if (count)
    *count = c.count;
  return err;
}
