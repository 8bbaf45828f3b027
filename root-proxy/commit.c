/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A checkpoint is durable: what was held for it goes to the ground.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "state.h"
#include "travel.h"

/* Mark OV and the directories above it, on the ground and inside, as needed.  */
static void
mark (struct ov_node *ov)
{
  char *needed = (char *) &rp;	/* Any address that says yes.  */

  for (; ov && ov->made == NULL; ov = ov_find (&rp.ov, ov->gparent))
    {
      ov->made = needed;
      struct ov_node *up = ov->parent ? ov_find (&rp.ov, ov->parent) : NULL;
      if (up && up != ov)
	mark (up);
    }
}

static bool
is_free (struct ov_node *ov)
{
  struct fs_node *node = ov->user;
  return ((node == NULL || node->refs == 1) && ov_is_clean (&rp.ov, ov)
	  && node != rp.fs.root);
}

void
rp_forget (void)
{
  struct fs_node **gone;
  size_t n = 0;

  pthread_mutex_lock (&rp.lock);
  gone = calloc (rp.ov.nnodes + 1, sizeof *gone);
  for (int pass = 0; gone && pass < 3; pass++)
    for (size_t i = 0; i < rp.ov.room_nodes; i++)
      for (struct ov_node *ov = rp.ov.nodes[i], *next; ov; ov = next)
	{
	  next = ov->hash_next;
	  if (pass == 0)
	    ov->made = NULL;
	  else if (pass == 1 && !is_free (ov))
	    mark (ov);
	  else if (pass == 2 && ov->made == NULL)
	    {
	      if (ov->user)
		{
		  gone[n++] = ov->user;
		  rp_data (ov->user)->ov = NULL;
		}
	      ov_remove (&rp.ov, ov);
	    }
	}
  pthread_mutex_unlock (&rp.lock);
  while (n-- > 0)
    fs_node_unref (gone[n]);
  free (gone);
}

/* Overlap.  When a checkpoint's state is saved while the one before it is still being
   written, that one's redo is kept beside the new one, which has all of its changes, too,
   since it was built over the same files of the ground.  So when the first is durable,
   its redo need not be applied: the second will be, and leads on from the same base.  (A
   restore of the first, after a crash, applies it as always.)  Only if the second fails is
   the first applied then.  As nothing reaches the ground meanwhile, the one after the second has to
   wait for it.  */

static void
forget_before (void)
{
  redo_free (&rp.before.redo);
  ov_plan_free (&rp.before.plan);
  rp.before = (struct rp_before) { .exists = false };
}

void
rp_begin_next (void)
{
  if (rp.in_flight)
    {
      rp.before = (struct rp_before) {
	.exists = true, .redo = rp.redo, .plan = rp.plan,
	.journal_cut = rp.journal_cut
      };
      rp.redo = (struct redo) { 0 };
      rp.plan = (struct ov_plan) { 0 };
      return;
    }
  redo_free (&rp.redo);
  ov_plan_free (&rp.plan);
}

/* Apply the redo of checkpoint NUMBER, which is durable.  */
static error_t
go_to_ground (uint64_t number)
{
  error_t err = rp_apply (rp.redo.data, rp.redo.len, &rp.plan, number);

  rp.unapplied = err ? number : 0;
  rp.apply_error = err;
  if (err)
    /* The redo is kept, and no other one is begun before it is through: the next
       would have to know how far this one came.  */
    return err;
  redo_free (&rp.redo);
  ov_plan_free (&rp.plan);
  rp_output_release ();
  rp_journal_cut (rp.journal_cut);
  rp_forget ();
  return 0;
}

error_t
rp_committed (void *context, uint64_t number)
{
  rp.in_flight = false;
  rp_files_written (number);
  if (!rp.before.exists || rp.before.number)
    {
      /* What was left to this one comes with it.  */
      forget_before ();
      return go_to_ground (number);
    }
  if (rp.before.redo.len > 0 || rp.before.plan.n > 0)
    rp.before.number = number;
  else
    {
      pthread_mutex_lock (&rp.lock);
      rp.applied = rp.base = number;
      pthread_mutex_unlock (&rp.lock);
      forget_before ();
    }
  return 0;
}

/* What an earlier checkpoint left to be applied is applied, or WHY says why not.  */
static error_t
apply_first (void *context, char **why)
{
  error_t err;

  if (rp.unapplied == 0)
    return 0;
  err = go_to_ground (rp.unapplied);
  if (err && asprintf (why, "the ground does not take the changes of checkpoint"
		       " %llu: %s", (unsigned long long) rp.unapplied,
		       strerror (err)) < 0)
    *why = NULL;
  if (!err)
    rp_message ("the ground has the changes of checkpoint %llu now",
		(unsigned long long) rp.applied);
  return err;
}

/* A checkpoint is wanted.  */
static error_t
rp_prepare (void *context, char **why)
{
  if (rp.before.number)
    {
      *why = strdup ("the ground is to have the changes of the last ones first");
      return EBUSY;
    }
  error_t err = apply_first (context, why);

  /* What was written through mappings until now need not come in the stop; what
     comes not now, for whatever reason, must come then.  */
  if (!err)
    fs_pager_return_all ();
  return err;
}

/* What was kept is the one to be applied again.  */
static void
take_back (void)
{
  redo_free (&rp.redo);
  ov_plan_free (&rp.plan);
  rp.redo = rp.before.redo;
  rp.plan = rp.before.plan;
  rp.journal_cut = rp.before.journal_cut;
  rp.before = (struct rp_before) { .exists = false };
}

void
rp_aborted (void *context, bool written)
{
  uint64_t number = rp.before.number;

  rp_files_failed ();
  rp_output_failed ();
  if (rp.in_flight && !written)
    {
      /* It could not be saved while the one before it, of which we have not heard yet,
	 is being written.  */
      if (rp.before.exists)
	take_back ();
      return;
    }
  rp.in_flight = false;
  if (rp.before.exists && number == 0)
    /* It is the first one that has failed; the second needs nothing of it.  */
    forget_before ();
  else if (rp.before.exists)
    {
      take_back ();
      go_to_ground (number);
    }
  else
    {
      redo_free (&rp.redo);
      ov_plan_free (&rp.plan);
    }
}

error_t
rp_syncfs (struct fs_fs *fs, bool wait)
{
  return (rp.checkpoint && wait && rp.fsync_waits && !rp.write_through
	  ? rp.checkpoint (true) : 0);
}

/* The node is locked; nothing that is done here needs it.  */
error_t
rp_sync (struct fs_node *node, bool wait)
{
  error_t err;

  if (rp_data (node)->pager)
    fs_pager_return (rp_data (node)->pager, 0, 0);
  pthread_mutex_lock (&rp.lock);
  bool applied = ov_is_applied (rp_data (node)->ov);
  pthread_mutex_unlock (&rp.lock);
  /* An apply ends with the ground's disk.  So this is also the answer to who had asked
     when the checkpoint was taken that was restored.  */
  if (applied)
    return 0;
  pthread_mutex_unlock (&node->lock);
  err = rp_syncfs (node->fs, wait);
  pthread_mutex_lock (&node->lock);
  return err;
}

struct ckpt_participant rp_participant = {
  .name = "root-proxy", .prepare = rp_prepare, .save = rp_save,
  .write = rp_write_files, .check = rp_check_state,
  .restore_objects = rp_restore_objects, .restore_rights = rp_restore_rights,
  .committed = rp_committed, .aborted = rp_aborted, .describe = rp_tell_opens
};

void
rp_changed (void)
{
  static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
  struct redo redo = { 0 };
  struct ov_plan plan;
  error_t err;

  if (!rp.write_through)
    {
      if (rp.ov.held_pages > rp.max_held / 2 && rp.checkpoint)
	rp.checkpoint (false);
      return;
    }
  pthread_mutex_lock (&one);
  pthread_mutex_lock (&rp.lock);
  err = ov_build (&rp.ov, &redo, &plan);
  rp.ov.epoch++;
  pthread_mutex_unlock (&rp.lock);
  if (!err)
    {
      rp_apply (redo.data, redo.len, &plan, 0);
      ov_plan_free (&plan);
    }
  redo_free (&redo);
  pthread_mutex_unlock (&one);
}
