/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stop: from the first suspend to the last resume.  */

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <mach/i386/mach_i386.h>
#include "internal.h"

/* Could one of the tasks from number FIRST on have run while the gates were being
   closed?  */
static bool
have_run (struct ckpt_image *image, uint32_t first)
{
  bool run = false;
  for (uint32_t i = first; !run && i < image->ntasks; i++)
    {
      thread_array_t threads;
      mach_msg_type_number_t n;
      if (task_threads (image->tasks[i].task, &threads, &n))
	return true;
      for (mach_msg_type_number_t j = 0; j < n; j++)
	{
	  struct thread_basic_info info;
	  mach_msg_type_number_t count = THREAD_BASIC_INFO_COUNT;
	  run |= (thread_info (threads[j], THREAD_BASIC_INFO,
			       (thread_info_t) &info, &count)
		  || info.suspend_count == 0);
	  mach_port_deallocate (mach_task_self (), threads[j]);
	}
      vm_deallocate (mach_task_self (), (vm_address_t) threads,
		     n * sizeof *threads);
    }
  return run;
}

#define SETTLE_TRIES	8

/* A thread that was suspended in the kernel, where it waits for a page, may have a message
   half copied, which is in no queue then: let such threads come to an end of that.  (What
   waits for a page in its own code does no harm, but cannot be told from them.)  */
static error_t
settle (struct ckpt_image *image)
{
  const struct ckpt_hooks *hooks = image->env->hooks;

  for (int i = 0; hooks->settled && !hooks->settled (hooks->context); i++)
    {
      if (i == SETTLE_TRIES)
	{
	  ckpt_report (image->report, "memory is being read all the time");
	  return EAGAIN;
	}
      /* Suspending waits until threads have come to rest.  */
      for (uint32_t j = 0; j < image->ntasks; j++)
	if (image->tasks[j].suspended
	    && task_suspend (image->tasks[j].task) == 0)
	  task_resume (image->tasks[j].task);
    }
  return 0;
}

/* Stop everything and read threads and names, until nothing new appears.  */
static error_t
stop (struct ckpt_image *image)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  uint64_t start = ckpt_cycles ();
  error_t err = cap_tasks (image);
  if (err == 0)
    err = hooks->freeze (hooks->context);
  if (err)
    return err;
  image->frozen = true;
  uint32_t before = image->ntasks;
  err = settle (image);
  if (err == 0)
    err = cap_tasks (image);
  /* What a new one has asked the servers meanwhile has not been answered.  (One
     that was being forked has no thread yet, or one that waits for its
     parent.)  */
  if (err == 0 && have_run (image, before))
    {
      ckpt_report (image->report, "a new program has begun to run");
      err = EAGAIN;
    }
  /* A task is found only through names, and names are complete only when
     threads that were receiving have got their messages.  */
  uint32_t listed = 0, read = 0;
  while (err == 0 && read < image->ntasks)
    {
      for (; err == 0 && listed < image->ntasks; listed++)
	err = cap_names (image, listed);
      uint64_t now = ckpt_cycles ();
      image->stats->quiesce += now - start;
      for (; err == 0 && read < image->ntasks; read++)
	{
	  uint32_t aborts = image->stats->naborts;
	  err = cap_threads (image, read);
	  if (err == 0 && image->stats->naborts != aborts)
	    err = cap_names (image, read);
	}
      start = ckpt_cycles ();
      image->stats->threads += start - now;
    }
  return err;
}

static error_t
make_tasks (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ntasks; i++)
    {
      struct ci_task *t = ci_append (&image->ci.tasks, &image->ci.ntasks,
				     sizeof *t);
      struct task_basic_info info;
      mach_msg_type_number_t n = TASK_BASIC_INFO_COUNT;
      if (t == NULL)
	return ENOMEM;
      error_t err = task_info (image->tasks[i].task, TASK_BASIC_INFO,
			       (task_info_t) &info, &n);
      if (err)
	return err;
      t->id = image->tasks[i].known->id;
      t->pid = image->tasks[i].pid;
      t->suspend_count = info.suspend_count - 1;
      t->priority = info.base_priority;
    }
  return 0;
}

static error_t
save_states (struct ckpt_image *image)
{
  struct ckpt_env *env = image->env;

  image->states = calloc (env->nparticipants + 1, sizeof *image->states);
  if (image->states == NULL)
    return ENOMEM;
  for (size_t i = 0; i < env->nparticipants; i++)
    {
      struct ckpt_participant *p = env->participants[i];
      struct ci_participant *c = ci_append (&image->ci.participants,
					    &image->ci.nparticipants,
					    sizeof *c);
      if (c == NULL)
	return ENOMEM;
      c->name = strdup (p->name);
      if (c->name == NULL)
	return ENOMEM;
      error_t err = p->save (p->context, image, &image->states[i]);
      if (err == 0)
	err = image->states[i].error;
      if (err == EAGAIN)
	ckpt_report (image->report, "%s knows of a process that has just ended",
		     p->name);
      else if (err)
	{
	  cap_fail (image, "%s cannot save its state: %s", p->name,
		    strerror (err));
	}
      if (err)
	return err;
    }
  return 0;
}

/* What is read in the stop, each step timed.  */
static error_t
read_all (struct ckpt_image *image)
{
  struct ckpt_stats *stats = image->stats;
  error_t err = stop (image);
  if (err == 0)
    err = make_tasks (image);
  const struct ckpt_hooks *hooks = image->env->hooks;
  if (err == 0 && hooks->memory_version)
    err = hooks->memory_version (hooks->context, 0, &image->version);
  uint64_t t0 = ckpt_cycles ();
  if (err == 0)
    err = cap_memory (image);
  uint64_t t1 = ckpt_cycles ();
  stats->memory = t1 - t0;
  if (err == 0)
    err = cap_ports (image);
  if (err == 0)
    err = cap_resolve_threads (image);
  if (err == 0)
    err = cap_messages (image);
  t0 = ckpt_cycles ();
  stats->ports = t0 - t1;
  if (err == 0)
    err = save_states (image);
  stats->participants = ckpt_cycles () - t0;
  return err;
}

/* Let everything go on.  */
static void
go_on (struct ckpt_image *image)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  uint64_t start = ckpt_cycles ();

  cap_refill (image);
  /* Who loses its last sender from now on is to hear of it at once.  */
  for (uint32_t i = 0; i < image->nheld; i++)
    mach_port_deallocate (mach_task_self (), image->held[i]);
  for (uint32_t i = 0; i < image->nfull; i++)
    mach_port_deallocate (mach_task_self (), image->full[i]);
  if (image->frozen)
    hooks->thaw (hooks->context);
  image->frozen = false;
  cap_resume_tasks (image);
  image->stats->stop = ckpt_cycles () - image->stopped;
  image->stats->resume = ckpt_cycles () - start;
  cap_release_tasks (image);
  cap_release_pagers (image);
  for (int i = 0; i < CAP_SEEN; i++)
    cap_unsee (&image->seen[i]);
  free (image->full);
  image->full = NULL;
  image->nfull = 0;
  free (image->held);
  image->held = NULL;
  image->nheld = 0;
  free (image->map);
  image->map = NULL;
  image->nmap = image->map_room = 0;
  mach_port_mod_refs (mach_task_self (), image->probe,
		      MACH_PORT_RIGHT_RECEIVE, -1);
}

static void
count (struct ckpt_image *image)
{
  image->stats->ntasks = image->ci.ntasks;
  image->stats->nthreads = image->ci.nthreads;
  image->stats->nports = image->ci.nports;
  image->stats->nmessages = image->ci.nmessages;
  for (uint32_t i = 0; i < image->ci.ntasks; i++)
    image->stats->nrights += image->ci.tasks[i].nrights;
}

static error_t
capture (struct ckpt_env *env, struct ckpt_image **result,
	 struct ckpt_report *report, struct ckpt_stats *stats)
{
  struct ckpt_image *image = calloc (1, sizeof *image);
  if (image == NULL)
    return ENOMEM;
  *stats = (struct ckpt_stats) { 0 };
  image->env = env;
  image->report = report;
  image->stats = stats;
  image->ci.page_size = CI_PAGE;
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  image->moment = now.tv_sec * 1000000LL + now.tv_nsec / 1000;
  image->capture = ++env->captures;
  image->behind = env->parted;
  for (uint32_t i = 0; i < env->ncopies; i++)
    {
      env->copies[i].memory = 0;
      env->copies[i].looked = false;
    }
  error_t err = mach_port_allocate (mach_task_self (),
				    MACH_PORT_RIGHT_RECEIVE, &image->probe);
  if (err)
    {
      free (image);
      return err;
    }
  if (env->xstate_size == 0)
    i386_get_xstate_size (mach_host_self (), &env->xstate_size);
  image->stopped = ckpt_cycles ();
  image->standins = standin_lock ();
  err = read_all (image);
  go_on (image);
  standin_unlock ();
  image->ci.next_task_id = env->next_task_id;
  count (image);
  if (err == 0 && image->failures)
    err = ENOTSUP;
  if (err == 0)
    err = cap_read_copies (image);
  if (err)
    {
      cap_drop_memory (image);
      cap_end (image, false, 0);
      return err;
    }
  *result = image;
  return 0;
}

error_t
ckpt_capture (struct ckpt_env *env, struct ckpt_image **result,
	      struct ckpt_report *report, struct ckpt_stats *stats)
{
  pthread_mutex_lock (&env->lock);
  error_t err = capture (env, result, report, stats);
  pthread_mutex_unlock (&env->lock);
  return err;
}

error_t
ckpt_port_save (struct ckpt_image *image, mach_port_t name, ckpt_port_t *port)
{
  mach_port_type_t type;

  *port = CKPT_PORT_NULL;
  if (name == MACH_PORT_NULL)
    return 0;
  if (name == MACH_PORT_DEAD
      || (mach_port_type (mach_task_self (), name, &type) == 0
	  && type & MACH_PORT_TYPE_DEAD_NAME))
    {
      *port = CKPT_PORT_DEAD;
      return 0;
    }
  *port = cap_identify (image, name);
  return *port ? 0 : ESRCH;
}
