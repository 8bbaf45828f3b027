/* SPDX-License-Identifier: GPL-3.0-or-later */
/* view.c - a tree on the disk with overlays in memory over it, as one.  */

#include "priv.h"

/* The layers from FROM on, and the tree under them; WHOLE: of the page tree, where no
   page outlives its object's own entry.  */
static error_t
ceil_from (const struct view *v, int from, struct key k, bool whole,
	   struct kv *e)
{
  struct kv t;
  error_t err = tree_ceil (v->store, v->tree, k, &t);
  bool in_tree = !err;
  if (err && err != ENOENT)
    return err;

  for (;;)
    {
      const struct kv *best = in_tree ? &t : NULL;
      for (int i = v->nlayers - 1; i >= from; i--)
	{
	  const struct kv *c = map_ceil (v->layer[i], k);
	  if (c && (!best || key_cmp (c->k, best->k) <= 0))
	    best = c;
	}
      if (!best)
	return ENOENT;
      if (!best->del)
	{
	  *e = *best;
	  return 0;
	}

      /* Deleted: what lies behind it?  */
      k = best->k;
      if (whole && k.lo == 0)
	k.lo = UINT64_MAX;
      if (!key_next (&k))
	return ENOENT;
      if (in_tree && key_cmp (t.k, k) < 0)
	{
	  err = tree_ceil (v->store, v->tree, k, &t);
	  in_tree = !err;
	  if (err && err != ENOENT)
	    return err;
	}
    }
}

error_t
view_ceil (const struct view *v, struct key k, struct kv *e)
{
  return ceil_from (v, 0, k, false, e);
}

error_t
view_next_object (const struct view *v, uint64_t id, struct kv *e)
{
  return ceil_from (v, 0, KEY_OBJECT (id), true, e);
}

static error_t
get_from (const struct view *v, int from, struct key k, struct kv *e)
{
  for (int i = from; i < v->nlayers; i++)
    {
      const struct kv *c = map_get (v->layer[i], k);
      if (c)
	{
	  *e = *c;
	  return c->del ? ENOENT : 0;
	}
    }
  error_t err = tree_ceil (v->store, v->tree, k, e);
  if (!err && key_cmp (e->k, k) != 0)
    err = ENOENT;
  return err;
}

error_t
view_get (const struct view *v, struct key k, struct kv *e)
{
  return get_from (v, 0, k, e);
}

error_t
view_find (const struct view *v, struct key k, struct found *f)
{
  error_t err = 0;

  f->top = map_get (v->layer[0], k);
  if (f->top)
    {
      f->e = *f->top;
      f->there = !f->top->del;
      return 0;
    }
  err = get_from (v, 1, k, &f->e);
  f->there = err == 0;
  return err == ENOENT ? 0 : err;
}

error_t
view_put_found (const struct view *v, struct key k, const struct found *f,
		const uint64_t value[3])
{
  struct kv e = { .k = k, .v = { value[0], value[1], value[2] } };

  e.fresh = f->top ? f->top->fresh : !f->there;
  if (f->top == NULL)
    return map_add (v->layer[0], &e);
  *f->top = e;
  return 0;
}

error_t
view_put (const struct view *v, struct key k, uint64_t v0, uint64_t v1,
	  uint64_t v2)
{
  const uint64_t value[3] = { v0, v1, v2 };
  struct found f;
  error_t err = view_find (v, k, &f);

  return err ? err : view_put_found (v, k, &f, value);
}

error_t
view_del (const struct view *v, struct key k)
{
  struct kv e = { .k = k, .del = true }, below;
  const struct kv *old = map_get (v->layer[0], k);
  if (old ? old->fresh : get_from (v, 1, k, &below) == ENOENT)
    {
      map_remove (v->layer[0], k);
      return 0;
    }
  return map_put (v->layer[0], &e);
}
