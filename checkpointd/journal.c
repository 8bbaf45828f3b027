/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store, for those who record what crosses the border: its journal, and what was
   said at earlier checkpoints.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define OBJECT_MAX ((size_t) 1 << 30)	/* Bytes.  */

error_t
checkpointd_journal_append (uint32_t type, const void *data, size_t len,
			    uint64_t *seq)
{
  struct conductor *c = &conductor;
  error_t err = 0;

  /* A stream's answer waits for this: it must not wait for a checkpoint.  */
  if (c->config.whole_lock)
    conductor_enter_store ();
  else if (!conductor_has_store)
    conductor_lock_journal ();
  if (c->store)
    err = store_journal_append (c->store, c->restoring ? c->restoring
				: c->last_number, type, data, len,
				seq);
  if (c->config.whole_lock)
    conductor_leave_store ();
  else if (!conductor_has_store)
    conductor_unlock_journal ();
  return err;
}

error_t
checkpointd_journal_next (uint64_t after, uint64_t *seq, uint32_t *type,
			  void **data, size_t *len)
{
  struct conductor *c = &conductor;
  struct store_journal_record r = { 0 };
  error_t err = ENOENT;

  conductor_enter_store ();
  if (c->store)
    err = store_journal_next (c->store, after, &r, data);
  conductor_leave_store ();
  *seq = r.seq;
  *type = r.type;
  *len = r.length;
  return err;
}

error_t
checkpointd_journal_applied (uint64_t seq)
{
  struct conductor *c = &conductor;
  error_t err = 0;

  conductor_enter_store ();
  if (c->store)
    err = store_journal_applied (c->store, seq);
  conductor_leave_store ();
  return err;
}

error_t
checkpointd_journal_renew (char **why)
{
  struct conductor *c = &conductor;
  struct store_journal_record r;

  conductor_enter_store ();
  *why = (store_journal_next (c->store, 0, &r, NULL) == EILSEQ
	  ? strdup (store_error (c->store)) : NULL);
  error_t err = store_journal_renew (c->store);
  conductor_leave_store ();
  return err;
}

error_t
checkpointd_next (uint64_t after, uint64_t *number)
{
  error_t err = ENOENT;

  conductor_enter_store ();
  if (conductor.store)
    err = store_list (conductor.store, after, number);
  conductor_leave_store ();
  return err;
}

/* Opening a checkpoint takes some time; the one that is being restored is open.  */
static error_t
open_ckpt (uint64_t number, struct store_ckpt **ckpt)
{
  struct conductor *c = &conductor;

  if (c->store == NULL)
    return ENOENT;
  *ckpt = c->restoring_ckpt;
  return *ckpt && number == c->restoring ? 0
    : store_ckpt_open (c->store, number, ckpt);
}

static void
close_ckpt (struct store_ckpt *ckpt)
{
  if (ckpt != conductor.restoring_ckpt)
    store_ckpt_close (ckpt);
}

static error_t
add_object (struct store_ckpt *ckpt, const struct store_object_info *info,
	    struct checkpointd_object **list, size_t *n)
{
  uint8_t page[STORE_PAGE];
  struct checkpointd_object *o = realloc (*list, (*n + 1) * sizeof *o);

  if (o == NULL)
    return ENOMEM;
  *list = o;
  o += *n;
  error_t err = store_read_pages (ckpt, info->id, 0, 1, page);
  if (err)
    return err;
  o->id = info->id;
  o->length = info->length;
  memcpy (o->head, page, sizeof o->head);
  ++*n;
  return 0;
}

error_t
checkpointd_objects (uint64_t number, uint64_t after, uint64_t before,
		     struct checkpointd_object **list, size_t *n)
{
  struct store_object_info info = { .id = after };
  struct store_ckpt *ckpt;

  *list = NULL;
  *n = 0;
  conductor_enter_store ();
  error_t err = open_ckpt (number, &ckpt);
  if (!err)
    {
      while (!err && store_next_object (ckpt, info.id, &info) == 0
	     && info.id < before)
	err = add_object (ckpt, &info, list, n);
      close_ckpt (ckpt);
    }
  conductor_leave_store ();
  if (err)
    free (*list);
  return err;
}

/* The greatest id between AFTER and BEFORE: there is none from HIGH on, and LOW is one
   unless it is AFTER.  */
static error_t
search (struct store_ckpt *ckpt, uint64_t after, uint64_t before, uint64_t *id)
{
  uint64_t low = after, high = before;
  struct store_object_info info;

  while (high - low > 1)
    {
      uint64_t middle = low + (high - low) / 2;
      error_t err = store_next_object (ckpt, middle - 1, &info);
      if (err && err != ENOENT)
	return err;
      if (err || info.id >= before)
	high = middle;
      else
	low = *id = info.id;
    }
  return low == after ? ENOENT : 0;
}

error_t
checkpointd_last_object (uint64_t number, uint64_t after, uint64_t before,
			 uint64_t *id)
{
  struct store_ckpt *ckpt;

  conductor_enter_store ();
  error_t err = open_ckpt (number, &ckpt);
  if (!err)
    {
      err = search (ckpt, after, before, id);
      close_ckpt (ckpt);
    }
  conductor_leave_store ();
  return err;
}

error_t
checkpointd_object (uint64_t number, uint64_t id, void **data, size_t *len)
{
  struct store_ckpt *ckpt;

  conductor_enter_store ();
  error_t err = open_ckpt (number, &ckpt);
  if (!err)
    {
      err = store_read_blob (ckpt, id, OBJECT_MAX, data, len);
      close_ckpt (ckpt);
    }
  conductor_leave_store ();
  return err;
}

void
checkpointd_room (uint64_t *all, uint64_t *left)
{
  struct store_stats s = { .blocks = 0 };

  conductor_enter_store ();
  if (conductor.store)
    store_get_stats (conductor.store, &s);
  conductor_leave_store ();
  *all = s.blocks * STORE_PAGE;
  *left = s.free_blocks * STORE_PAGE;
}
