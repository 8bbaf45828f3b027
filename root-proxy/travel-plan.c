/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way from the files of one checkpoint to those of another one.  */

#include <stdlib.h>
#include <checkpointd/checkpointd.h>
#include "files.h"
#include "travel.h"

/* What files there are in the store, in which checkpoint.  */
struct entry
{
  uint64_t number, base, checkpoint;
  bool complete;
};

struct history
{
  struct entry *files;
  size_t n;
};

static struct entry *
find (const struct history *h, uint64_t number)
{
  for (size_t i = 0; i < h->n; i++)
    if (h->files[i].number == number)
      return &h->files[i];
  return NULL;
}

/* Note what files CHECKPOINT has.  What cannot be read is not there.  */
static error_t
read_checkpoint (struct history *h, uint64_t checkpoint)
{
  struct checkpointd_object *objects;
  error_t err = 0;
  size_t n;

  if (checkpointd_objects (checkpoint, RP_OBJECT_FILES, RP_OBJECT_COPIES,
			   &objects, &n))
    return 0;
  struct entry *list = realloc (h->files, (h->n + n + 1) * sizeof *list);
  if (list == NULL)
    err = ENOMEM;
  else
    h->files = list;
  for (size_t i = 0; !err && i < n; i++)
    {
      uint64_t number = objects[i].id - RP_OBJECT_FILES;
      struct ckpt_reader r = { .data = objects[i].head, .len = FILES_HEAD };
      struct files files;
      if (find (h, number) || files_read_head (&r, &files))
	continue;
      list[h->n++] = (struct entry) { number, files.base, checkpoint,
				      files.complete };
    }
  free (objects);
  return err;
}

error_t
travel_files (uint64_t checkpoint, uint64_t *number)
{
  uint64_t id;
  error_t err = checkpointd_last_object (checkpoint, RP_OBJECT_FILES,
					 RP_OBJECT_COPIES, &id);

  if (err == ENOENT)
    return EBADMSG;
  if (!err)
    *number = id - RP_OBJECT_FILES;
  return err;
}

static error_t
add_step (struct travel_step **steps, size_t *n, const struct entry *e,
	  bool back)
{
  struct travel_step *list = realloc (*steps, (*n + 1) * sizeof *list);

  if (list == NULL)
    return ENOMEM;
  *steps = list;
  list[(*n)++] = (struct travel_step) { e->checkpoint, e->number, back };
  return 0;
}

/* Is AT the files TO, or one of those that they were made from?  */
static bool
is_before (const struct history *h, uint64_t at, uint64_t to)
{
  const struct entry *f;

  for (size_t i = 0; to != at && i <= h->n; i++)
    {
      f = find (h, to);
      if (f == NULL)
	return false;
      to = f->base;
    }
  return to == at;
}

static error_t
find_way (const struct history *h, uint64_t from, uint64_t to,
	  struct travel_step **steps, size_t *n, char **why)
{
  const struct entry *f;
  error_t err = 0;

  for (; !err && !is_before (h, from, to); from = f->base)
    {
      f = find (h, from);
      if (f == NULL || !f->complete || *n > h->n)
	{
	  if (asprintf (why, "what files were before checkpoint %llu is not"
			" kept%s", (unsigned long long) from,
			f ? " (see --max-undo)" : "") < 0)
	    *why = NULL;
	  return ENODATA;
	}
      err = add_step (steps, n, f, true);
    }
  /* And forth, which is found from the end.  */
  size_t first = *n;
  for (; !err && to != from; to = f->base)
    {
      f = find (h, to);
      err = add_step (steps, n, f, false);
    }
  for (size_t i = first, k = *n; !err && i + 1 < k; i++, k--)
    {
      struct travel_step s = (*steps)[i];
      (*steps)[i] = (*steps)[k - 1];
      (*steps)[k - 1] = s;
    }
  return err;
}

/* The numbers of all checkpoints, malloced.  */
static error_t
all_checkpoints (uint64_t **list, size_t *n)
{
  uint64_t checkpoint = 0;

  *list = NULL;
  *n = 0;
  while (checkpointd_next (checkpoint, &checkpoint) == 0)
    {
      uint64_t *more = realloc (*list, (*n + 1) * sizeof *more);
      if (more == NULL)
	{
	  free (*list);
	  return ENOMEM;
	}
      *list = more;
      more[(*n)++] = checkpoint;
    }
  return 0;
}

error_t
travel_plan (uint64_t from, uint64_t to, struct travel_step **steps, size_t *n,
	     char **why)
{
  struct history h = { 0 };
  uint64_t *list;
  size_t left;
  error_t err = all_checkpoints (&list, &left);

  *steps = NULL;
  *n = 0;
  *why = NULL;
  if (err)
    return err;
  /* The newest ones have most: often it is enough to look at one.  */
  do
    {
      free (*steps);
      free (*why);
      *steps = NULL;
      *n = 0;
      *why = NULL;
      if (left)
	err = read_checkpoint (&h, list[--left]);
      if (!err)
	err = find_way (&h, from, to, steps, n, why);
    }
  while (err == ENODATA && left);
  free (list);
  free (h.files);
  if (err)
    {
      free (*steps);
      *steps = NULL;
    }
  return err;
}
