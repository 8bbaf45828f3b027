/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of an image: the snapshots of a committed checkpoint are kept, so that
   the next one knows what was written since.  */

#include <stdlib.h>
#include "internal.h"

/* How many snapshots are taken of a region before its chain of objects is
   shortened, which costs some time for each page moved.  */
#define SHORTEN_EVERY	8

/* Keep what T found as the snapshots of the last checkpoint.  */
static void
keep_snapshots (struct cap_task *t)
{
  struct known_task *k = t->known;
  struct snapshot *new = calloc (t->nregions + 1, sizeof *new);
  uint32_t n = 0;

  for (uint32_t i = 0; i < t->nregions; i++)
    {
      struct cap_region *r = &t->regions[i];
      if (!r->has_data || r->is_file)
	continue;
      struct snapshot *s = (r->old < 0 ? &r->snapshot
			    : &k->snapshots[r->old]);
      if (new && s->tracked && snapshot_exists (s))
	new[n++] = *s;
      else
	snapshot_free (s);
      s->data = 0;
      s->parcel = MACH_PORT_NULL;
    }
  for (uint32_t i = 0; i < k->nsnapshots; i++)
    snapshot_free (&k->snapshots[i]);
  free (k->snapshots);
  k->snapshots = new;
  k->nsnapshots = n;
  k->written = true;
  for (uint32_t i = 0; i < n; i++)
    if (new[i].age >= SHORTEN_EVERY)
      snapshot_shorten (&new[i]);
}

static void
forget_snapshots (struct known_task *k)
{
  for (uint32_t i = 0; i < k->nsnapshots; i++)
    snapshot_free (&k->snapshots[i]);
  free (k->snapshots);
  k->snapshots = NULL;
  k->nsnapshots = 0;
  k->written = false;
}

void
ckpt_env_untrack (struct ckpt_env *env)
{
  for (struct known_task *k = env->known; k; k = k->next)
    forget_snapshots (k);
  for (uint32_t i = 0; i < env->ncopies; i++)
    env->copies[i].written = false;
}

/* Those that the capture number CAPTURE did not find, nor a later one.  */
static void
forget_dead_tasks (struct ckpt_env *env, unsigned int capture)
{
  struct known_task **p = &env->known;
  while (*p)
    {
      struct known_task *k = *p;
      if (k->seen >= capture)
	{
	  p = &k->next;
	  continue;
	}
      *p = k->next;
      forget_snapshots (k);
      mach_port_deallocate (mach_task_self (), k->task);
      free (k);
    }
}

error_t
cap_end (struct ckpt_image *image, bool committed, uint64_t number)
{
  struct ckpt_env *env = image->env;
  error_t err = 0;

  for (uint32_t i = 0; committed && i < image->ntasks; i++)
    keep_snapshots (&image->tasks[i]);
  cap_drop_memory (image);
  if (image->parted)
    {
      cap_keep_copies (env, committed);
      env->parted = false;
    }
  else
    cap_forget_contents (env);
  if (committed)
    {
      forget_dead_tasks (env, image->capture);
      free (env->waits);
      env->waits = image->waits;
      env->nwaits = image->nwaits;
    }
  else
    free (image->waits);
  for (uint32_t i = 0; i < image->ci.nparticipants; i++)
    {
      struct ckpt_participant *p = env->participants[i];
      if (committed && p->committed)
	{
	  error_t e = p->committed (p->context, number);
	  err = err ? err : e;
	}
      else if (!committed && p->aborted)
	p->aborted (p->context, image->given);
      ckpt_blob_free (&image->states[i]);
    }
  free (image->states);
  free (image->once);
  free (image->filled);
  free (image->others);
  free (image->tasks);
  free (image->threads);
  ci_free (&image->ci);
  free (image);
  return err;
}

error_t
ckpt_finish (struct ckpt_image *image, bool committed, uint64_t number)
{
  struct ckpt_env *env = image->env;
  pthread_mutex_lock (&env->lock);
  error_t err = cap_end (image, committed, number);
  pthread_mutex_unlock (&env->lock);
  return err;
}

error_t
ckpt_env_create (const struct ckpt_hooks *hooks,
		 struct ckpt_participant *const *participants, size_t n,
		 int flags, struct ckpt_env **result)
{
  struct ckpt_env *env = calloc (1, sizeof *env);
  if (env == NULL)
    return ENOMEM;
  pthread_mutex_init (&env->lock, NULL);
  env->hooks = hooks;
  env->participants = participants;
  env->nparticipants = n;
  env->flags = flags;
  chain_top_only = flags & CKPT_TOP_ONLY;
  env->next_task_id = 1;
  *result = env;
  return 0;
}

void
ckpt_env_free (struct ckpt_env *env)
{
  forget_dead_tasks (env, env->captures + 1);
  free (env->waits);
  for (uint32_t i = 0; i < env->ncopies; i++)
    snapshot_free (&env->copies[i].s);
  free (env->copies);
  for (uint32_t i = 0; i < env->ntransients; i++)
    mach_port_deallocate (mach_task_self (), env->transients[i].task);
  free (env->transients);
  free (env);
}

void
ckpt_terminate (struct ckpt_env *env)
{
  for (struct known_task *k = env->known; k; k = k->next)
    task_terminate (k->task);
  standin_forget ();
}
