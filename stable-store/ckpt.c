/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ckpt.c - opening a checkpoint for reading, and what is in it.  */

#include "priv.h"

error_t
ckpt_load (struct store *s, const struct recref *rec, struct store_ckpt *c)
{
  struct recref ref = *rec;
  bool first = true;

  map_init (&c->p);
  while (first || (ref.ptr && ref.seq >= c->st.since_p))
    {
      struct state st;
      error_t err = record_read (s, &ref, &st, NULL, &c->p, NULL, NULL);
      if (!err && st.prev_page.ptr && st.prev_page.seq >= st.seq)
	err = store_fail (s, EILSEQ, "block %llu: record out of order",
			  (unsigned long long) PTR_BLOCK (ref.ptr));
      if (err)
	{
	  map_clear (&c->p);
	  return err;
	}
      if (first)
	c->st = st;
      first = false;
      ref = st.prev_page;
    }
  c->number = c->st.ckpt;
  return 0;
}

static error_t
find_record (struct store *s, uint64_t number, struct recref *rec)
{
  struct view g = head_g (s);
  struct kv e;
  error_t err = view_get (&g, GKEY (G_CKPT, 0, number), &e);
  if (err == ENOENT)
    return store_fail (s, ENOENT, "there is no checkpoint %llu",
		       (unsigned long long) number);
  *rec = (struct recref) { e.v[0], e.v[2], 0 };
  return err;
}

error_t
store_ckpt_open (struct store *s, uint64_t number, struct store_ckpt **ckpt)
{
  struct recref rec;
  error_t err = find_record (s, number ? number : s->st.live, &rec);
  if (err)
    return err;
  struct store_ckpt *c = calloc (1, sizeof *c);
  if (!c)
    return ENOMEM;
  c->store = s;
  err = ckpt_load (s, &rec, c);
  if (err)
    {
      free (c);
      return err;
    }
  c->next = s->open_ckpts;
  s->open_ckpts = c;
  *ckpt = c;
  return 0;
}

void
store_ckpt_close (struct store_ckpt *ckpt)
{
  if (!ckpt)
    return;
  struct store_ckpt **c = &ckpt->store->open_ckpts;
  while (*c != ckpt)
    c = &(*c)->next;
  *c = ckpt->next;
  map_clear (&ckpt->p);
  free (ckpt);
}

uint64_t
store_ckpt_number (const struct store_ckpt *ckpt)
{
  return ckpt->number;
}

bool
ckpt_is_open (const struct store *s, uint64_t number)
{
  for (struct store_ckpt *c = s->open_ckpts; c; c = c->next)
    if (c->number == number)
      return true;
  return false;
}

error_t
store_list (struct store *s, uint64_t after, uint64_t *number)
{
  struct view g = head_g (s);
  struct kv e;
  if (after == UINT64_MAX)
    return ENOENT;
  error_t err = view_ceil (&g, GKEY (G_CKPT, 0, after + 1), &e);
  if (err == ENOENT || (!err && GKIND (e.k) != G_CKPT))
    return ENOENT;
  *number = e.k.lo;
  return err;
}

error_t
store_checkpoint_info (struct store *s, uint64_t number,
		       struct store_info *info)
{
  struct recref rec;
  struct state st;
  struct view g = head_g (s);
  struct kv e;
  error_t err = find_record (s, number, &rec);
  if (!err)
    err = record_read (s, &rec, &st, NULL, NULL, NULL, NULL);
  if (err)
    return err;
  memset (info, 0, sizeof *info);
  info->number = number;
  info->predecessor = st.predecessor;
  err = view_get (&g, GKEY (G_CKPT, 0, number), &e);
  if (!err)
    err = parent_get (&g, number, e.v[1], &info->parent);
  if (err)
    return err;
  info->sec = st.sec;
  info->nsec = st.nsec;
  info->objects = st.objects;
  info->pages = st.pages;
  info->new_blocks = st.new_blocks;
  info->meta_blocks = st.meta_blocks;
  return label_get (&g, number, info->label);
}

static void
fill_info (const struct kv *e, struct store_object_info *info)
{
  *info = (struct store_object_info) { e->k.hi, e->v[1], e->v[0] };
}

error_t
store_find_object (struct store_ckpt *ckpt, uint64_t id,
		   struct store_object_info *info)
{
  struct view p = ckpt_p (ckpt);
  struct kv e;
  error_t err = view_get (&p, KEY_OBJECT (id), &e);
  if (err == ENOENT)
    return store_fail (ckpt->store, ENOENT,
		       "checkpoint %llu has no object %llu",
		       (unsigned long long) ckpt->number,
		       (unsigned long long) id);
  if (!err)
    fill_info (&e, info);
  return err;
}

error_t
store_next_object (struct store_ckpt *ckpt, uint64_t after,
		   struct store_object_info *info)
{
  struct view p = ckpt_p (ckpt);
  struct kv e;
  if (after == UINT64_MAX)
    return ENOENT;
  error_t err = view_ceil (&p, KEY_OBJECT (after + 1), &e);
  if (err)
    return err;
  if (e.k.lo != 0)
    return store_fail (ckpt->store, EILSEQ,
		       "checkpoint %llu: object %llu has pages but no entry",
		       (unsigned long long) ckpt->number,
		       (unsigned long long) e.k.hi);
  fill_info (&e, info);
  return 0;
}

error_t
store_next_page (struct store_ckpt *ckpt, uint64_t id, uint64_t from,
		 uint64_t *pageno)
{
  struct view p = ckpt_p (ckpt);
  struct kv e;
  if (from > STORE_MAX_PAGENO)
    return ENOENT;
  error_t err = view_ceil (&p, KEY_PAGE (id, from), &e);
  if (!err && e.k.hi != id)
    err = ENOENT;
  if (!err)
    *pageno = e.k.lo - 1;
  return err;
}
