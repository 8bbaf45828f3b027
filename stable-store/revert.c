/* SPDX-License-Identifier: GPL-3.0-or-later */
/* revert.c - going on from an older checkpoint: a new one with its contents.

   On the disk the history stays a line: what is the same in the last state is shared
   with it, what was changed since is written again.  Who went on from whom is noted
   beside it (parent.c).  */

#include "priv.h"

struct revert
{
  struct store_txn *txn;
  struct store_ckpt *from;
};

/* Page PAGENO of object ID differs between the old checkpoint and the last
   state.  */
static error_t
take_back (void *arg, uint64_t id, uint64_t pageno)
{
  struct revert *r = arg;
  uint8_t page[STORE_PAGE];
  struct kv *o = map_get (&r->txn->objmap, KEY (0, id));
  if (!o || pageno == UINT64_MAX)
    return 0;
  error_t err = store_read_pages (r->from, id, pageno, 1, page);
  if (err)
    return err;
  return store_put_page ((struct store_obj *) (uintptr_t) o->v[0], pageno,
			 page);
}

/* Name all objects of FROM in TXN, with the last state's pages.  */
static error_t
name_objects (struct revert *r)
{
  struct store_object_info info = { .id = 0 };
  error_t err;
  while ((err = store_next_object (r->from, info.id, &info)) == 0)
    {
      struct store_obj *obj;
      err = store_keep_object (r->txn, info.id, &obj);
      if (err == ENOENT)
	err = store_object_create (r->txn, info.id, info.type, &obj);
      if (err)
	return err;
      obj->type = info.type;
      obj->length = info.length;
      if (info.id == UINT64_MAX)
	return 0;
    }
  return err == ENOENT ? 0 : err;
}

error_t
store_revert (struct store *store, uint64_t number, const char *label,
	      uint64_t *new_number)
{
  struct revert r = { NULL, NULL };
  error_t err = store_ckpt_open (store, number, &r.from);
  if (err)
    return err;
  err = store_begin (store, &r.txn);
  if (err)
    goto out;

  struct store_ckpt last = { .store = store, .st = store->st,
			     .p = store->p };
  struct view g = txn_g (r.txn);
  err = parent_put (&g, store_txn_number (r.txn), store_ckpt_number (r.from));
  if (!err)
    err = name_objects (&r);
  if (!err)
    err = store_diff (r.from, &last, take_back, &r);
  if (err)
    {
      store_abort (r.txn);
      goto out;
    }
  /* The retention rule may want to drop what is not needed any more.  */
  store_ckpt_close (r.from);
  return store_commit (r.txn, label, new_number);

 out:
  store_ckpt_close (r.from);
  return err;
}
