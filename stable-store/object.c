/* SPDX-License-Identifier: GPL-3.0-or-later */
/* object.c - the objects of the checkpoint being written.  */

#include "priv.h"

static error_t
add_object (struct store_txn *txn, uint64_t id, struct store_obj **obj)
{
  if (id == 0)
    return store_fail (txn->store, EINVAL, "0 is no object id");
  if (map_get (&txn->objmap, KEY (0, id)))
    return store_fail (txn->store, EEXIST, "object %llu is there already",
		       (unsigned long long) id);

  struct kv base;
  struct view p = head_p (txn->store);
  error_t err = view_get (&p, KEY_OBJECT (id), &base);
  if (err && err != ENOENT)
    return err;

  struct store_obj *o = calloc (1, sizeof *o);
  if (!o)
    return ENOMEM;
  o->txn = txn;
  o->id = id;
  o->old = err == 0;
  if (o->old)
    {
      o->length = base.v[0];
      o->type = base.v[1];
    }
  struct kv e = { .k = KEY (0, id), .v = { (uintptr_t) o, 0, 0 } };
  err = map_put (&txn->objmap, &e);
  if (err)
    {
      free (o);
      return err;
    }
  o->next = txn->objs;
  txn->objs = o;
  *obj = o;
  return 0;
}

error_t
store_object_create (struct store_txn *txn, uint64_t id, uint32_t type,
		     struct store_obj **obj)
{
  error_t err = add_object (txn, id, obj);
  if (!err)
    {
      (*obj)->type = type;
      (*obj)->length = 0;
    }
  return err;
}

error_t
store_keep_object (struct store_txn *txn, uint64_t id,
		   struct store_obj **obj)
{
  struct store_obj *o;
  struct kv base;
  struct view p = head_p (txn->store);
  error_t err = view_get (&p, KEY_OBJECT (id), &base);
  if (err == ENOENT)
    return store_fail (txn->store, ENOENT,
		       "object %llu is not in the predecessor",
		       (unsigned long long) id);
  if (!err)
    err = add_object (txn, id, &o);
  if (err)
    return err;
  o->whole = true;
  if (obj)
    *obj = o;
  return 0;
}

error_t
store_set_length (struct store_obj *obj, uint64_t length)
{
  obj->length = length;
  return 0;
}

/* Note that the predecessor's pages FIRST ... LAST are kept.  */
static error_t
keep_range (struct store_obj *o, uint64_t first, uint64_t last)
{
  struct range *end = o->nkept ? &o->kept[o->nkept - 1] : NULL;
  if (end && first >= end->first && first <= end->last + 1)
    {
      if (last > end->last)
	end->last = last;
      return 0;
    }
  if (o->nkept == o->ckept)
    {
      size_t cap = o->ckept ? o->ckept * 2 : 8;
      struct range *r = realloc (o->kept, cap * sizeof *r);
      if (!r)
	return ENOMEM;
      o->kept = r;
      o->ckept = cap;
    }
  o->kept[o->nkept++] = (struct range) { first, last };
  return 0;
}

error_t
store_keep_pages (struct store_obj *obj, uint64_t first, uint64_t count)
{
  if (!obj->old)
    return store_fail (obj->txn->store, ENOENT,
		       "object %llu is not in the predecessor",
		       (unsigned long long) obj->id);
  if (count == 0)
    return 0;
  if (first > STORE_MAX_PAGENO || count - 1 > STORE_MAX_PAGENO - first)
    return store_fail (obj->txn->store, EINVAL, "page number too large");
  return obj->whole ? 0 : keep_range (obj, first, first + count - 1);
}

error_t
txn_set_page (struct store_txn *txn, struct key k, const struct found *old,
	      const uint64_t ref[3])
{
  struct view p = txn_p (txn);
  bool had = old->there;
  error_t err = had ? kvs_add (&txn->olds, &old->e) : 0;

  if (!err && had)
    err = refs_add (txn, old->e.v, -1);
  if (!err && ref)
    err = refs_add (txn, ref, 1);
  if (!err && ref)
    err = view_put_found (&p, k, old, ref);
  else if (!err && had)
    err = view_del (&p, k);
  if (!err)
    txn->st.pages += (ref != NULL) - had;
  return err;
}

/* Remove the page K.  */
static error_t
unset_page (struct store_txn *txn, struct key k)
{
  struct view p = txn_p (txn);
  struct found old;
  error_t err = view_find (&p, k, &old);

  return err ? err : txn_set_page (txn, k, &old, NULL);
}

error_t
store_zero_pages (struct store_obj *obj, uint64_t pageno, uint64_t count)
{
  struct store_txn *txn = obj->txn;
  struct view p = txn_p (txn);
  struct kv e;
  if (count == 0)
    return 0;
  if (pageno > STORE_MAX_PAGENO || count - 1 > STORE_MAX_PAGENO - pageno)
    return store_fail (txn->store, EINVAL, "page number too large");

  struct key k = KEY_PAGE (obj->id, pageno);
  uint64_t last = KEY_PAGE (obj->id, pageno + count - 1).lo;
  for (;;)
    {
      error_t err = view_ceil (&p, k, &e);
      if (err == ENOENT || (!err && (e.k.hi != obj->id || e.k.lo > last)))
	return 0;
      if (!err)
	err = unset_page (txn, e.k);
      if (err)
	return err;
      k = e.k;
      if (!key_next (&k))
	return 0;
    }
}

static int
by_first (const void *a, const void *b)
{
  const struct range *x = a, *y = b;
  return x->first < y->first ? -1 : x->first > y->first;
}

/* Remove what the predecessor has of O that was neither put nor kept.  */
static error_t
finish_object (struct store_obj *o)
{
  struct store_txn *txn = o->txn;
  struct view base = head_p (txn->store);
  struct key k = KEY (o->id, 1);
  struct kv e;
  size_t at = 0;

  if (o->nkept)
    qsort (o->kept, o->nkept, sizeof *o->kept, by_first);
  for (;;)
    {
      error_t err = view_ceil (&base, k, &e);
      if (err == ENOENT || (!err && e.k.hi != o->id))
	return 0;
      if (err)
	return err;
      uint64_t pageno = e.k.lo - 1;
      while (at < o->nkept && o->kept[at].last < pageno)
	at++;
      k = e.k;
      if (at < o->nkept && o->kept[at].first <= pageno)
	k.lo = KEY_PAGE (o->id, o->kept[at].last).lo;	/* All of it stays.  */
      else if (!map_get (&txn->p, e.k))
	err = unset_page (txn, e.k);
      if (err)
	return err;
      if (!key_next (&k))
	return 0;
    }
}

/* Write down the objects, and remove those that were not mentioned.  */
error_t
txn_finish_objects (struct store_txn *txn)
{
  struct view p = txn_p (txn), base = head_p (txn->store);
  struct kv e;
  error_t err = 0;

  for (struct store_obj *o = txn->objs; o && !err; o = o->next)
    {
      txn->st.objects++;
      if (o->old && !o->whole)
	err = finish_object (o);
      if (err)
	break;
      err = view_get (&p, KEY_OBJECT (o->id), &e);
      if (err == ENOENT || (!err && (e.v[0] != o->length
				     || e.v[1] != o->type)))
	err = view_put (&p, KEY_OBJECT (o->id), o->length, o->type, 0);
    }

  uint64_t id = 0;
  while (!err && (err = view_next_object (&base, id, &e)) == 0)
    {
      id = e.k.hi;
      if (!map_get (&txn->objmap, KEY (0, id)))
	{
	  struct store_obj gone = { .txn = txn, .id = id };
	  err = finish_object (&gone);
	  if (!err)
	    err = view_del (&p, KEY_OBJECT (id));
	}
      if (++id == 0)
	break;
    }
  return err == ENOENT ? 0 : err;
}
