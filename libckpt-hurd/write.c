/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing an image and its pages to the store, while the environment runs.  */

#include <stdlib.h>
#include <string.h>
#include <hurd.h>
#include <hurd/sigpreempt.h>
#include <stable-store/store.h>
#include "internal.h"

struct snapshot *
find_base (const struct known_task *k, const struct snapshot *s)
{
  for (uint32_t i = 0; k->written && i < k->nsnapshots; i++)
    {
      struct snapshot *old = &k->snapshots[i];
      if (old->tracked && old->start <= s->start && s->end <= old->end)
	return old;
    }
  return NULL;
}

static bool
is_zero (const uint8_t *page)
{
  const uint32_t *words = (const uint32_t *) page;
  for (size_t i = 0; i < CI_PAGE / sizeof *words; i++)
    if (words[i])
      return false;
  return true;
}

/* Let others use the store, and the processor.  */
static void
breathe (struct ckpt_image *image)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  if (hooks->breathe)
    hooks->breathe (hooks->context);
}

static error_t
put_page (struct ckpt_image *image, struct store_obj *obj, uint64_t number,
	  const void *page)
{
  error_t err = store_put_page (obj, number, page);
  breathe (image);
  return err;
}

/* Write page I of S as page NUMBER; it may have to be fetched from a file, which
   can fail.  */
static error_t
put_external (struct ckpt_image *image, pid_t pid, const struct snapshot *s,
	      vm_size_t i, struct store_obj *obj, uint64_t number)
{
  uint8_t page[CI_PAGE] __attribute__ ((aligned (16)));
  if (hurd_safe_copyin (page, (void *) (s->data + i * CI_PAGE), CI_PAGE))
    {
      /* As when a library's pages are about to be mapped one by one over a
	 mapping as large as all of them.  */
      if (chain_past_end (image->env->hooks, s->data + i * CI_PAGE))
	return 0;
      cap_fail (image, "pid %d: memory at %#zx cannot be read from its file or"
		" from the checkpoint that was restored", pid,
		(size_t) (s->start + i * CI_PAGE));
      return EIO;
    }
  if (!is_zero (page))
    return put_page (image, obj, number, page);
  breathe (image);
  return 0;			/* What is not stored is zero.  */
}

/* The pages of a file that PID (0: several) has mapped at ADDRESS and not touched
   are not any more what they were in the stop.  */
static error_t
changed (struct ckpt_image *image, pid_t pid, vm_address_t address)
{
  ckpt_report (image->report, "pid %d: a file was changed while its pages, which"
	       " are mapped at %#zx, were written to the store", pid,
	       (size_t) address);
  return ESTALE;
}

/* Write the pages of the new snapshot S of task T to OBJ, those that are as in BASE
   excepted.  */
static error_t
write_pages (struct ckpt_image *image, struct cap_task *t, struct snapshot *s,
	     const struct snapshot *base, struct store_obj *obj,
	     struct ckpt_stats *stats)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  vm_size_t pages = (s->end - s->start) / CI_PAGE;
  uint64_t first = s->start / CI_PAGE;
  uint8_t *bitmap = calloc (pages / 8 + 1, 1);
  enum chain end;
  error_t err;

  if (bitmap == NULL)
    return ENOMEM;
  err = chain_walk (hooks, s->data, s->end - s->start,
		    base ? base->data + (s->start - base->start) : 0, bitmap,
		    &end);
  if (err)
    {
      /* It has changed under our eyes: take all.  */
      end = CHAIN_EXTERNAL;
      err = 0;
    }
  if (end == CHAIN_EXTERNAL)
    memset (bitmap, 0xff, pages / 8 + 1);
  for (vm_size_t i = 0; err == 0 && i < pages;)
    {
      vm_size_t dirty = i;
      while (err == 0 && i < pages && is_set (bitmap, i))
	{
	  if (end == CHAIN_EXTERNAL || end == CHAIN_LAZY)
	    err = put_external (image, t->pid, s, i, obj, first + i);
	  else
	    err = put_page (image, obj, first + i,
			    (void *) (s->data + i * CI_PAGE));
	  stats->pages++;
	  i++;
	}
      if (i > dirty && end == CHAIN_MET && hooks->memory_dirtied)
	hooks->memory_dirtied (hooks->context,
			       CI_OBJECT_TASK + t->known->id, first + dirty,
			       i - dirty);
      vm_size_t run = i;
      while (run < pages && !is_set (bitmap, run))
	run++;
      if (err == 0 && end == CHAIN_MET && run > i)
	{
	  err = store_keep_pages (obj, first + i, run - i);
	  stats->kept += run - i;
	}
      i = run;
    }
  if (err == 0 && end == CHAIN_MET && image->before)
    err = check_kept (image, t, s, bitmap, obj);
  /* Pages that nobody had touched came from the file only now.  */
  if (err == 0 && end == CHAIN_EXTERNAL
      && chain_changed (hooks, s->data, image->version))
    err = changed (image, t->pid, s->start);
  if (base)
    s->age = base->age + 1;
  free (bitmap);
  return err;
}

/* Map the snapshot S of memory of PID.  */
static error_t
open_snapshot (struct ckpt_image *image, pid_t pid, struct snapshot *s)
{
  error_t err = snapshot_open (s);
  if (err)
    cap_fail (image, "pid %d: memory at %#zx, %zu KiB, cannot be read: %s", pid,
	      (size_t) s->start, (size_t) (s->end - s->start) / 1024,
	      err == ENOMEM ? "there is not so much room" : strerror (err));
  return err;
}

static error_t
write_snapshot (struct ckpt_image *image, struct cap_task *t,
		struct snapshot *s, struct store_obj *obj,
		struct ckpt_stats *stats)
{
  struct snapshot *base = s->tracked ? find_base (t->known, s) : NULL;
  error_t err = open_snapshot (image, t->pid, s);
  if (err)
    return err;
  /* Without the old one, all of it is written.  */
  if (base && snapshot_open (base))
    base = NULL;
  err = write_pages (image, t, s, base, obj, stats);
  if (base)
    snapshot_close (base);
  snapshot_close (s);
  return err;
}

/* The checking mode: the region of T that the old snapshot S shows has not been
   written to.  */
static error_t
check_old (struct ckpt_image *image, struct cap_task *t, struct snapshot *s,
	   struct store_obj *obj)
{
  error_t err = open_snapshot (image, t->pid, s);
  if (err)
    return err;
  err = check_kept (image, t, s, NULL, obj);
  snapshot_close (s);
  return err;
}

static error_t
write_task (struct ckpt_image *image, struct cap_task *t,
	    struct store_txn *txn, struct ckpt_stats *stats)
{
  struct store_obj *obj;
  error_t err = store_object_create (txn, CI_OBJECT_TASK + t->known->id,
				     CI_TYPE_MEMORY, &obj);
  if (err == 0)
    err = store_set_length (obj, CI_ADDRESS_MAX);
  for (uint32_t i = 0; err == 0 && i < t->nregions; i++)
    {
      struct cap_region *r = &t->regions[i];
      uint64_t first = r->region.start / CI_PAGE;
      uint64_t n = (r->region.end - r->region.start) / CI_PAGE;
      if (!r->has_data || r->region.memory)
	continue;
      if (r->old < 0)
	err = write_snapshot (image, t, &r->snapshot, obj, stats);
      else
	{
	  err = store_keep_pages (obj, first, n);
	  stats->kept += n;
	  if (err == 0 && image->before)
	    err = check_old (image, t, &t->known->snapshots[r->old], obj);
	}
    }
  return err;
}

/* Write what the snapshot of R, of task T, has of the memory object that it shows
   and is not DONE yet.  */
static error_t
write_part (struct ckpt_image *image, struct cap_task *t, struct cap_region *r,
	    uint8_t *done, struct store_obj *obj, struct ckpt_stats *stats)
{
  struct snapshot *s = &r->snapshot;
  uint64_t first = r->region.offset / CI_PAGE;
  error_t err = open_snapshot (image, t->pid, s);

  for (vm_size_t i = 0; err == 0 && i < (s->end - s->start) / CI_PAGE; i++)
    if (!is_set (done, first + i))
      {
	err = put_external (image, t->pid, s, i, obj, first + i);
	done[(first + i) / 8] |= 1 << (first + i) % 8;
	stats->pages++;
      }
  snapshot_close (s);
  return err;
}

/* Write memory object NUMBER: what the snapshots of regions that show it have.  */
static error_t
write_shared (struct ckpt_image *image, uint32_t number, struct store_txn *txn,
	      struct ckpt_stats *stats)
{
  struct store_obj *obj;
  const struct ci_memory *m = &image->ci.memories[number];
  uint64_t size = m->size;
  error_t err = store_object_create (txn, CI_OBJECT_MEMORY + m->id,
				     CI_TYPE_MEMORY, &obj);
  uint8_t *done = calloc (size / CI_PAGE / 8 + 1, 1);
  if (err == 0)
    err = done ? store_set_length (obj, size) : ENOMEM;
  for (uint32_t i = 0; i < image->ntasks; i++)
    for (uint32_t j = 0; err == 0 && j < image->tasks[i].nregions; j++)
      {
	struct cap_region *r = &image->tasks[i].regions[j];
	if (r->region.memory == number + 1 && snapshot_exists (&r->snapshot))
	  err = write_part (image, &image->tasks[i], r, done, obj, stats);
      }
  free (done);
  return err;
}

static error_t
write_copy (struct ckpt_image *image, const struct copy *c,
	    struct store_txn *txn, struct ckpt_stats *stats)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  struct store_obj *obj;
  vm_size_t size = c->s.end - c->s.start;
  uint64_t version;
  if (c->written)
    {
      stats->kept += size / CI_PAGE;
      return store_keep_object (txn, CI_OBJECT_MEMORY + c->id, NULL);
    }
  error_t err = store_object_create (txn, CI_OBJECT_MEMORY + c->id,
				     CI_TYPE_MEMORY, &obj);
  if (err == 0)
    err = store_set_length (obj, size);
  for (vm_size_t i = 0; err == 0 && i < size / CI_PAGE; i++)
    if (c->contents == NULL)
      err = put_external (image, 0, &c->s, i, obj, i);
    else if (!is_zero (c->contents + i * CI_PAGE))
      err = put_page (image, obj, i, c->contents + i * CI_PAGE);
  stats->pages += size / CI_PAGE;
  if (err == 0 && c->file && c->contents == NULL
      && (hooks->memory_version (hooks->context, c->file, &version)
	  || version != c->version))
    err = changed (image, 0, c->s.start);
  return err;
}

/* Write the copies of files that have CHANGED since we began, or the others.  */
static error_t
write_copies (struct ckpt_image *image, bool changed, struct store_txn *txn,
	      struct ckpt_stats *stats)
{
  error_t err = 0;
  for (uint32_t i = 0; err == 0 && i < image->env->ncopies; i++)
    {
      const struct copy *c = &image->env->copies[i];
      if (c->memory && changed == (!c->written && c->version != 0))
	err = write_copy (image, c, txn, stats);
    }
  return err;
}

static error_t
write_blob (struct store_txn *txn, uint64_t id, const void *data, size_t len,
	    struct ckpt_stats *stats)
{
  struct store_obj *obj;
  error_t err = store_object_create (txn, id, CI_TYPE_BLOB, &obj);
  if (err == 0)
    err = store_put_blob (obj, data ? data : "", len);
  stats->meta += len;
  return err;
}

/* What is left to be written are pages that only IMAGE's snapshots show.  */
static void
part (struct ckpt_image *image)
{
  const struct ckpt_hooks *hooks = image->env->hooks;

  cap_part_copies (image->env);
  image->parted = image->env->parted = true;
  if (hooks->parted)
    hooks->parted (hooks->context);
}

error_t
ckpt_write (struct ckpt_image *image, struct store_txn *txn,
	    struct store_ckpt *before, struct ckpt_stats *stats)
{
  uint64_t start = ckpt_cycles ();
  struct ckpt_blob blob = { 0 };
  /* A file that has changed may change again soon.  */
  error_t err = image->behind ? cap_find_again (image) : 0;

  if (err == 0)
    err = write_copies (image, true, txn, stats);

  image->before = before;
  if (err == 0)
    err = cap_waits (image);
  if (err)
    return err;
  ci_encode (&image->ci, &blob);
  err = blob.error;
  if (err == 0)
    err = write_blob (txn, CI_OBJECT_IMAGE, blob.data, blob.len, stats);
  ckpt_blob_free (&blob);
  image->given = true;
  for (uint32_t i = 0; err == 0 && i < image->ci.nparticipants; i++)
    {
      struct ckpt_participant *p = image->env->participants[i];
      err = write_blob (txn, CI_OBJECT_PARTICIPANT + i,
			image->states[i].data, image->states[i].len, stats);
      if (err == 0 && p->write)
	err = p->write (p->context, txn);
    }
  for (uint32_t i = 0; err == 0 && i < image->ci.nmemories; i++)
    if (image->ci.memories[i].kind == CI_MEMORY_OWN)
      err = write_shared (image, i, txn, stats);
  if (err == 0)
    err = write_copies (image, false, txn, stats);
  if (err == 0)
    part (image);
  for (uint32_t i = 0; err == 0 && i < image->ntasks; i++)
    err = write_task (image, &image->tasks[i], txn, stats);
  stats->write = ckpt_cycles () - start;
  return err;
}
