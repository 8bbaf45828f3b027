/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going back in the history, with the ground's files or without: see travel.h.  */

#include <hurd.h>
#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <checkpointd/checkpointd.h>
#include "files.h"
#include "travel.h"

/* What the journal says of the travel to a checkpoint.  */
struct travel
{
  uint64_t checkpoint;
  bool known, keep;
  uint64_t to, from;
  uint64_t step;		/* The one begun last …  */
  uint64_t *numbers;		/* … with these (malloced), or NULL: none.  */
  size_t nnumbers;
};

static error_t
append (uint32_t type, const uint64_t *values, size_t n)
{
  struct ckpt_blob b = { 0 };

  for (size_t i = 0; i < n; i++)
    ckpt_put_u64 (&b, values[i]);
  error_t err = b.error;
  if (!err)
    err = checkpointd_journal_append (type, b.data, b.len, NULL);
  ckpt_blob_free (&b);
  return err;
}

/* Read the files NUMBER from CHECKPOINT; *DATA is malloced.  */
static error_t
read_files (uint64_t checkpoint, uint64_t number, void **data,
	    struct files *files)
{
  struct ckpt_reader r = { 0 };
  error_t err = checkpointd_object (checkpoint, RP_OBJECT_FILES + number, data,
				    &r.len);

  if (err)
    return err;
  r.data = *data;
  err = files_read (&r, files);
  if (err)
    free (*data);
  return err;
}

/* Can all of the N STEPS be read?  When they are made there is no way back.  */
static error_t
check_steps (const struct travel_step *steps, size_t n, char **why)
{
  struct files f;
  void *data;

  for (size_t i = 0; i < n; i++)
    {
      error_t err = read_files (steps[i].checkpoint, steps[i].number, &data, &f);
      if (err)
	{
	  if (asprintf (why, "what files were %s checkpoint %llu cannot be read: %s",
			steps[i].back ? "before" : "at",
			(unsigned long long) steps[i].number,
			err == EILSEQ ? "it does not verify" : strerror (err)) < 0)
	    *why = NULL;
	  return err;
	}
      free (data);
    }
  return 0;
}

error_t
rp_travel (void *context, uint64_t number, uint64_t next, bool keep_files,
	   char **why)
{
  struct travel_step *steps = NULL;
  uint64_t files;
  size_t n = 0;
  error_t err = travel_files (number, &files);
  if (!err && !keep_files)
    err = travel_plan (rp.base, files, &steps, &n, why);
  if (!err)
    err = check_steps (steps, n, why);
  free (steps);
  if (err)
    return err;
  uint64_t record[] = { next, files, rp.base, keep_files };
  return append (RP_JOURNAL_TRAVEL, record, 4);
}

/* Take over a record of the journal, if it is about the travel ARG.  */
static error_t
take_record (void *arg, uint64_t seq, uint32_t type, const void *data,
	     size_t len)
{
  struct travel *t = arg;
  struct ckpt_reader r = { .data = data, .len = len };

  if ((type != RP_JOURNAL_TRAVEL && type != RP_JOURNAL_STEP)
      || ckpt_get_u64 (&r) != t->checkpoint)
    return 0;
  if (type == RP_JOURNAL_TRAVEL)
    {
      /* Said twice, if the first attempt did not come to its commit.  */
      t->known = true;
      t->to = ckpt_get_u64 (&r);
      t->from = ckpt_get_u64 (&r);
      t->keep = ckpt_get_u64 (&r) == 1;
      free (t->numbers);
      t->numbers = NULL;
      return r.error;
    }
  t->step = ckpt_get_u64 (&r);
  t->nnumbers = (r.len - r.pos) / 8;
  free (t->numbers);
  t->numbers = calloc (t->nnumbers + 1, sizeof *t->numbers);
  if (t->numbers == NULL)
    return ENOMEM;
  for (size_t i = 0; i < t->nnumbers; i++)
    t->numbers[i] = ckpt_get_u64 (&r);
  return r.error;
}

/* Say that step I of the travel begins.  */
static error_t
begin_step (struct travel *t, size_t i, const void *redo,
	    size_t len)
{
  uint64_t *record;
  error_t err;

  free (t->numbers);
  t->numbers = NULL;
  err = rp_redo_numbers (redo, len, &t->numbers, &t->nnumbers);
  if (err)
    return err;
  t->step = i;
  record = malloc ((2 + t->nnumbers) * sizeof *record);
  if (record == NULL)
    return ENOMEM;
  record[0] = t->checkpoint;
  record[1] = i;
  memcpy (record + 2, t->numbers, t->nnumbers * sizeof *record);
  err = append (RP_JOURNAL_STEP, record, 2 + t->nnumbers);
  free (record);
  return err;
}

/* The files that rp_files_check has read; DATA is NULL: none.  */
static struct
{
  uint64_t checkpoint;
  void *data;
  struct files files;
} checked;

static void
forget_checked (void)
{
  free (checked.data);
  checked.data = NULL;
}

error_t
rp_files_check (void)
{
  uint64_t number;

  forget_checked ();
  checked.checkpoint = checkpointd_restoring ();
  error_t err = travel_files (checked.checkpoint, &number);
  if (!err && number == checked.checkpoint)
    err = read_files (number, number, &checked.data, &checked.files);
  if (err)
    checked.data = NULL;
  return err;
}

/* Apply the redo of checkpoint CHECKPOINT, which has the files NUMBER.  */
static error_t
apply_files (uint64_t checkpoint, uint64_t number, struct ov_plan *plan)
{
  error_t err = 0;

  if (checked.data == NULL || checked.checkpoint != checkpoint)
    err = read_files (checkpoint, number, &checked.data, &checked.files);
  if (err)
    checked.data = NULL;
  else
    err = rp_apply (checked.files.redo, checked.files.redo_len, plan, 0);
  forget_checked ();
  return err;
}

static error_t
make_step (struct travel *t, size_t i, const struct travel_step *step)
{
  struct files f;
  void *data;
  error_t err = read_files (step->checkpoint, step->number, &data, &f);

  if (err)
    return err;
  const void *redo = step->back ? f.undo : f.redo;
  size_t len = step->back ? f.undo_len : f.redo_len;
  if (t->numbers == NULL || t->step != i)
    err = begin_step (t, i, redo, len);
  else if (t->nnumbers != redo_secured (redo, len))
    err = EBADMSG;		/* The record was of another redo.  */
  if (!err)
    err = rp_apply_redo (redo, len, t->numbers);
  free (data);
  return err;
}

/* Put the files back, as far as that is not done yet.  */
static error_t
go (struct travel *t)
{
  struct travel_step *steps;
  char *why = NULL;
  size_t n;
  error_t err = travel_plan (t->from, t->to, &steps, &n, &why);

  if (err)
    rp_message ("files cannot be put back: %s", why ? why : strerror (err));
  for (size_t i = t->numbers ? t->step : 0; !err && i < n; i++)
    err = make_step (t, i, &steps[i]);
  if (!err && !(t->numbers && t->step >= n))
    err = begin_step (t, n, NULL, 0);
  free (steps);
  free (why);
  return err;
}

/* No file of the ground has it.  */
static uint64_t
no_number (const struct ov_node *n)
{
  return UINT64_MAX - n->ino;
}

/* What the ground has at N's place; 0: nothing of its type.  */
static uint64_t
look (struct ov_node *n)
{
  char *path = ov_ground_path (&rp.ov, n);
  mach_port_t port;
  io_statbuf_t st;
  error_t err = path ? rp_open_bare (path, 0, &port) : ENOENT;

  free (path);
  if (err)
    return 0;
  err = io_stat (port, &st);
  mach_port_deallocate (mach_task_self (), port);
  return err || (st.st_mode & S_IFMT) != n->type ? 0 : st.st_ino;
}

/* What is not where it was, with the number that it had, is made anew if it was put
   BACK, and else not what is known.  */
static error_t
identify (bool back)
{
  struct ov_node **list = calloc (rp.ov.nnodes + 1, sizeof *list);
  uint64_t *numbers = calloc (rp.ov.nnodes + 1, sizeof *numbers);
  size_t n = 0;

  for (size_t i = 0; list && numbers && i < rp.ov.room_nodes; i++)
    for (struct ov_node *ov = rp.ov.nodes[i]; ov; ov = ov->hash_next)
      {
	if (ov->gino == 0 || ov->fsroot || ov->gdev != rp.ov.root_dev
	    || ov_is_dead (ov))
	  continue;
	uint64_t gino = look (ov);
	/* It may have been made anew with the number that it had.  */
	ov->ggen = 0;
	if (gino == ov->gino)
	  continue;
	list[n] = ov;
	numbers[n++] = back && gino ? gino : no_number (ov);
      }
  /* One may have the number that another one had.  */
  for (size_t i = 0; i < n; i++)
    ov_set_ground (&rp.ov, list[i], list[i]->gdev, 0);
  for (size_t i = 0; i < n; i++)
    ov_set_ground (&rp.ov, list[i], list[i]->gdev, numbers[i]);
  error_t err = list && numbers ? 0 : ENOMEM;
  free (list);
  free (numbers);
  return err;
}

/* What is not there any more of that which the redo would have made.  */
static void
mark_missing (struct ov_plan *plan)
{
  for (size_t i = 0; i < plan->n; i++)
    {
      struct ov_placed *p = &plan->placed[i];
      struct ov_node *n = p->ino ? ov_find (&rp.ov, p->ino) : NULL;
      if (p->path && p->gino == 0 && n)
	p->gino = n->gino ? n->gino : no_number (n);
    }
}

/* The ground's files are to be those of the checkpoint that T is about, as it says.  */
static error_t
arrive (struct travel *t, struct ov_plan *plan)
{
  error_t err = 0;

  pthread_mutex_lock (&rp.ground_lock);
  if (!t->keep)
    err = go (t);
  if (!err)
    {
      rp_look_up_plan (plan);
      pthread_mutex_lock (&rp.lock);
      mark_missing (plan);
      ov_applied (&rp.ov, plan);
      err = identify (!t->keep);
      pthread_mutex_unlock (&rp.lock);
      rp_ask_room ();
    }
  pthread_mutex_unlock (&rp.ground_lock);
  if (t->keep)
    rp.base = t->from;
  return err;
}

error_t
rp_arrive (struct ov_plan *plan)
{
  uint64_t checkpoint = checkpointd_restoring (), number;
  struct travel t = { .checkpoint = checkpoint };
  error_t err = travel_files (checkpoint, &number);

  if (!err && number != checkpoint)
    err = rp_journal_each (take_record, &t);
  if (err)
    return err;
  rp.base = number;
  if (t.known)
    err = arrive (&t, plan);
  else
    err = apply_files (checkpoint, number, plan);
  free (t.numbers);
  return err;
}
