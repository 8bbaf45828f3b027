/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making an environment of a checkpoint: all or nothing.  */

#include <stdlib.h>
#include <string.h>
#include <stable-store/store.h>
#include "internal.h"

#define BLOB_MAX	(256U * 1024 * 1024)

error_t
ckpt_read_image (struct store_ckpt *ckpt, struct ci_image *image,
		 struct ckpt_report *report)
{
  unsigned long long number = store_ckpt_number (ckpt);
  const char *what = "";
  void *data;
  size_t len;
  error_t err = store_read_blob (ckpt, CI_OBJECT_IMAGE, BLOB_MAX, &data, &len);

  *image = (struct ci_image) { 0 };
  if (err)
    {
      ckpt_report (report, "checkpoint %llu: its records cannot be read: %s",
		   number, strerror (err));
      return err;
    }
  err = ci_decode (data, len, image, &what);
  if (err == ENOTSUP)
    ckpt_report (report, "checkpoint %llu: its records are of another version",
		 number);
  else if (err)
    ckpt_report (report, "checkpoint %llu: its records are damaged (%s)",
		 number, what);
  free (data);
  return err;
}

/* Read the states of all participants, which must be those of this program.  */
static error_t
read_states (struct ckpt_image *image, struct store_ckpt *ckpt)
{
  struct ckpt_env *env = image->env;
  unsigned long long number = store_ckpt_number (ckpt);
  error_t err = 0;

  image->states = calloc (env->nparticipants + 1, sizeof *image->states);
  if (image->states == NULL)
    return ENOMEM;
  if (image->ci.nparticipants != env->nparticipants)
    err = EINVAL;
  for (size_t i = 0; err == 0 && i < env->nparticipants; i++)
    if (strcmp (image->ci.participants[i].name, env->participants[i]->name))
      err = EINVAL;
  if (err)
    {
      ckpt_report (image->report, "checkpoint %llu: made by an environment with"
		   " other servers", number);
      return err;
    }
  for (size_t i = 0; err == 0 && i < env->nparticipants; i++)
    {
      void *data;
      err = store_read_blob (ckpt, CI_OBJECT_PARTICIPANT + i, BLOB_MAX, &data,
			     &image->states[i].len);
      if (err)
	ckpt_report (image->report, "checkpoint %llu: the state of %s cannot be"
		     " read: %s", number, env->participants[i]->name,
		     strerror (err));
      else
	image->states[i].data = data;
    }
  return err;
}

/* Let the participants look at what they are to take back.  */
static error_t
check_states (struct ckpt_image *image, struct store_ckpt *ckpt)
{
  struct ckpt_env *env = image->env;

  for (size_t i = 0; i < env->nparticipants; i++)
    {
      struct ckpt_participant *p = env->participants[i];
      struct ckpt_reader reader = { .data = image->states[i].data,
				    .len = image->states[i].len };
      error_t err = p->check ? p->check (p->context, &reader) : 0;
      if (err)
	{
	  ckpt_report (image->report, "checkpoint %llu: what %s has in it is damaged:"
		       " %s", (unsigned long long) store_ckpt_number (ckpt), p->name,
		       err == EILSEQ ? "it does not verify" : strerror (err));
	  return err;
	}
    }
  return 0;
}

/* One of the two steps of the participants.  */
static error_t
participants (struct ckpt_image *image, bool rights)
{
  struct ckpt_env *env = image->env;

  for (size_t i = 0; i < env->nparticipants; i++)
    {
      struct ckpt_participant *p = env->participants[i];
      struct ckpt_reader reader = { .data = image->states[i].data,
				    .len = image->states[i].len };
      error_t (*step) (void *, struct ckpt_image *, struct ckpt_reader *)
	= rights ? p->restore_rights : p->restore_objects;
      if (step == NULL)
	continue;
      error_t err = step (p->context, image, &reader);
      if (err)
	{
	  ckpt_report (image->report, "%s cannot take its %s back: %s",
		       p->name, rights ? "rights" : "state",
		       strerror (err));
	  return err;
	}
    }
  return 0;
}

/* Make the tasks, with their memory, and enter them into the environment.  */
static error_t
make_tasks (struct ckpt_image *image, struct store_ckpt *ckpt)
{
  struct ckpt_env *env = image->env;
  error_t err = 0;

  env->next_task_id = image->ci.next_task_id;
  for (uint32_t i = 0; err == 0 && i < image->ci.ntasks; i++)
    {
      struct known_task *k = calloc (1, sizeof *k);
      if (k == NULL)
	return ENOMEM;
      err = task_create (mach_task_self (), FALSE, &k->task);
      if (err)
	{
	  free (k);
	  return err;
	}
      k->id = image->ci.tasks[i].id;
      k->next = env->known;
      env->known = k;
      image->new_tasks[i] = k->task;
      err = task_priority (k->task, image->ci.tasks[i].priority, FALSE);
      if (err == 0)
	err = res_memory (image, i, ckpt, k);
    }
  return err;
}

static error_t
apply (struct ckpt_image *image, struct store_ckpt *ckpt, bool *applied)
{
  /* First what may turn out to be damaged.  */
  error_t err = check_states (image, ckpt);
  if (err == 0)
    err = res_objects (image, ckpt);
  if (err == 0)
    err = make_tasks (image, ckpt);
  if (err)
    return err;
  *applied = true;
  err = participants (image, false);
  if (err == 0)
    err = res_files (image);
  if (err == 0)
    err = res_threads (image);
  if (err == 0)
    err = res_ports (image);
  if (err == 0)
    err = res_rights (image);
  if (err == 0)
    err = participants (image, true);
  if (err == 0)
    err = res_status (image);
  if (err)
    return err;
  image->env->lazy = image->stats->lazy > 0;
  res_touch (image);
  return res_start (image);
}

static void
release (struct ckpt_image *image)
{
  for (uint32_t i = 0; image->rights && i < image->ci.nports; i++)
    if (MACH_PORT_VALID (image->rights[i]))
      mach_port_deallocate (mach_task_self (), image->rights[i]);
  for (uint32_t i = 0; image->receives && i < image->ci.nports; i++)
    if (MACH_PORT_VALID (image->receives[i]))
      mach_port_mod_refs (mach_task_self (), image->receives[i],
			  MACH_PORT_RIGHT_RECEIVE, -1);
  for (uint32_t i = 0; image->buffers && i < image->ci.nmemories; i++)
    if (image->buffers[i] && image->ci.memories[i].kind == CI_MEMORY_OWN)
      vm_deallocate (mach_task_self (), image->buffers[i],
		     image->ci.memories[i].size);
  for (uint32_t i = 0; image->objects && i < image->ci.nmemories; i++)
    if (MACH_PORT_VALID (image->objects[i]))
      mach_port_deallocate (mach_task_self (), image->objects[i]);
  for (uint32_t i = 0; image->new_threads && i < image->ci.nthreads; i++)
    if (MACH_PORT_VALID (image->new_threads[i]))
      mach_port_deallocate (mach_task_self (), image->new_threads[i]);
  res_release_pagers (image);
  for (size_t i = 0; image->states && i < image->env->nparticipants; i++)
    ckpt_blob_free (&image->states[i]);
  free (image->pagers_made);
  free (image->rights);
  free (image->objects);
  free (image->receives);
  free (image->buffers);
  free (image->new_threads);
  free (image->new_tasks);
  free (image->states);
  ci_free (&image->ci);
}

error_t
ckpt_restore (struct ckpt_env *env, struct store_ckpt *ckpt,
	      struct ckpt_report *report, struct ckpt_stats *stats,
	      bool *applied)
{
  struct ckpt_image image = { .env = env, .report = report, .stats = stats };
  uint64_t start = ckpt_cycles ();
  uint32_t lines = report ? report->nlines : 0;

  *applied = false;
  *stats = (struct ckpt_stats) { .number = store_ckpt_number (ckpt) };
  error_t err = ckpt_read_image (ckpt, &image.ci, report);
  if (err)
    return err;
  image.rights = calloc (image.ci.nports + 1, sizeof *image.rights);
  image.objects = calloc (image.ci.nmemories + 1, sizeof *image.objects);
  image.buffers = calloc (image.ci.nmemories + 1, sizeof *image.buffers);
  image.pagers_made = calloc (image.ci.nmemories + 1,
			      sizeof *image.pagers_made);
  image.new_tasks = calloc (image.ci.ntasks + 1, sizeof *image.new_tasks);
  image.new_threads = calloc (image.ci.nthreads + 1,
			      sizeof *image.new_threads);
  image.receives = calloc (image.ci.nports + 1, sizeof *image.receives);
  if (image.buffers == NULL || image.rights == NULL || image.receives == NULL
      || image.objects == NULL || image.pagers_made == NULL
      || image.new_tasks == NULL || image.new_threads == NULL)
    err = ENOMEM;
  if (err == 0)
    err = read_states (&image, ckpt);
  if (err == 0)
    err = env->hooks->freeze (env->hooks->context);
  if (err == 0)
    {
      image.frozen = true;
      err = apply (&image, ckpt, applied);
      if (image.frozen)
	env->hooks->thaw (env->hooks->context);
    }
  if (err)
    {
      ckpt_terminate (env);
      if (report && report->nlines == lines)
	ckpt_report (report, "checkpoint %llu: cannot be restored: %s",
		     (unsigned long long) stats->number,
		     strerror (err));
    }
  stats->ntasks = image.ci.ntasks;
  stats->nthreads = image.ci.nthreads;
  stats->nports = image.ci.nports;
  stats->nmessages = image.ci.nmessages;
  release (&image);
  stats->stop = ckpt_cycles () - start;
  return err;
}

error_t
ckpt_port_restore (struct ckpt_image *image, ckpt_port_t port,
		   mach_port_t *name)
{
  *name = MACH_PORT_NULL;
  if (port == CKPT_PORT_NULL)
    return 0;
  if (port == CKPT_PORT_DEAD)
    {
      *name = MACH_PORT_DEAD;
      return 0;
    }
  if (port > image->ci.nports)
    return EBADMSG;
  mach_port_t right = image->rights[port - 1];
  if (!MACH_PORT_VALID (right))
    {
      *name = MACH_PORT_DEAD;
      return 0;
    }
  error_t err = mach_port_mod_refs (mach_task_self (), right,
				    MACH_PORT_RIGHT_SEND, 1);
  if (err == 0)
    *name = right;
  return err;
}
