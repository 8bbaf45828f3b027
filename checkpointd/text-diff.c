/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two checkpoints differ in: tasks and pages.  */

#include <inttypes.h>
#include <stdlib.h>
#include "internal.h"

struct pages
{
  uint64_t object;
  uint64_t n;
};

/* How many pages of which object differ.  */
struct diff
{
  struct pages *objects;
  uint32_t n;
};

static error_t
count (void *arg, uint64_t id, uint64_t pageno)
{
  struct diff *d = arg;
  if (id < CI_OBJECT_TASK || pageno == UINT64_MAX)
    return 0;
  /* They come in order.  */
  if (d->n && d->objects[d->n - 1].object == id)
    {
      d->objects[d->n - 1].n++;
      return 0;
    }
  struct pages *p = ci_append (&d->objects, &d->n, sizeof *p);
  if (p == NULL)
    return ENOMEM;
  *p = (struct pages) { id, 1 };
  return 0;
}

/* How many pages of OBJECT differ.  */
static uint64_t
changed (const struct diff *d, uint64_t object)
{
  for (uint32_t i = 0; i < d->n; i++)
    if (d->objects[i].object == object)
      return d->objects[i].n;
  return 0;
}

static bool
has_task (const struct ci_image *ci, uint64_t id)
{
  for (uint32_t i = 0; i < ci->ntasks; i++)
    if (ci->tasks[i].id == id)
      return true;
  return false;
}

static void
put_task (FILE *f, const struct ci_task *t, const char *what, uint64_t pages,
	  bool json, bool *any)
{
  if (json)
    fprintf (f, "%s{\"pid\": %u, \"is\": \"%s\", \"pages\": %" PRIu64 "}",
	     *any ? ", " : "", t->pid, what, pages);
  else
    fprintf (f, "pid %-8u  %-8s  %" PRIu64 " pages\n", t->pid, what, pages);
  *any = true;
}

static void
put (FILE *f, const struct ci_image *a, const struct ci_image *b,
     const struct diff *d, bool json)
{
  bool any = false;
  uint64_t shared = 0;

  if (json)
    fputs ("{\"tasks\": [", f);
  for (uint32_t i = 0; i < a->ntasks; i++)
    if (!has_task (b, a->tasks[i].id))
      put_task (f, &a->tasks[i], "gone",
		changed (d, CI_OBJECT_TASK + a->tasks[i].id), json, &any);
  for (uint32_t i = 0; i < b->ntasks; i++)
    {
      uint64_t pages = changed (d, CI_OBJECT_TASK + b->tasks[i].id);
      if (!has_task (a, b->tasks[i].id))
	put_task (f, &b->tasks[i], "new", pages, json, &any);
      else if (pages)
	put_task (f, &b->tasks[i], "changed", pages, json, &any);
    }
  for (uint32_t i = 0; i < d->n; i++)
    if (d->objects[i].object >= CI_OBJECT_MEMORY)
      shared += d->objects[i].n;
  if (json)
    fprintf (f, "], \"sharedPages\": %" PRIu64 "}\n", shared);
  else if (shared)
    fprintf (f, "shared memory and files' pages  %" PRIu64 " pages\n", shared);
}

/* Read checkpoint NUMBER and its records.  */
static error_t
open_one (uint64_t number, struct store_ckpt **ckpt, struct ci_image *ci)
{
  error_t err = store_ckpt_open (conductor.store, number, ckpt);
  if (err == 0)
    {
      err = ckpt_read_image (*ckpt, ci, NULL);
      if (err)
	store_ckpt_close (*ckpt);
    }
  return err;
}

error_t
conductor_put_diff (FILE *f, uint64_t first, uint64_t second, bool json)
{
  struct store_ckpt *a, *b;
  struct ci_image ci_a, ci_b;
  struct diff d = { .n = 0 };
  error_t err = open_one (first, &a, &ci_a);

  if (err)
    return err;
  err = open_one (second, &b, &ci_b);
  if (err == 0)
    {
      err = store_diff (a, b, count, &d);
      if (err == 0)
	put (f, &ci_a, &ci_b, &d, json);
      free (d.objects);
      ci_free (&ci_b);
      store_ckpt_close (b);
    }
  ci_free (&ci_a);
  store_ckpt_close (a);
  return err;
}
