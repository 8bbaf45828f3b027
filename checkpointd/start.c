/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening the store, restoring, and starting the thread.  */

#include <fcntl.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <libexec/exec.h>
#include <libproc/libproc.h>
#include <libserver/pager.h>
#include "internal.h"

#define FREEZE_MS	300	/* So long a handler may keep us waiting …  */
#define RESTORE_MS	30000	/* … and what is not ready yet when we start: giving up
				   would mean an older checkpoint.  */
#define KEPT_MEMORY	(16 << 20) /* Freed memory that is not given back.  */
#define OWN_MAPPING	(512 << 10) /* What is larger than that is.  */

struct conductor conductor =
{
  .lock = PTHREAD_MUTEX_INITIALIZER,
  .changed = PTHREAD_COND_INITIALIZER,
};

static void
tell (const char *format, va_list ap)
{
  struct checkpointd_config *config = &conductor.config;
  char *text;
  if (vasprintf (&text, format, ap) < 0)
    text = NULL;
  if (text && config->event)
    config->event (config->context, text);
  free (text);
}

void
conductor_event (const char *format, ...)
{
  va_list ap;
  va_start (ap, format);
  tell (format, ap);
  va_end (ap);
}

void
conductor_progress (const char *format, ...)
{
  va_list ap;
  if (conductor.job == JOB_NONE)
    return;
  va_start (ap, format);
  tell (format, ap);
  va_end (ap);
}

/* What the capture asks of us.  */

struct add_arg
{
  void (*add) (void *arg, task_t task, pid_t pid);
  void *arg;
};

static error_t
add_task (struct proc *proc, task_t task, pid_t pid, void *p)
{
  struct add_arg *a = p;
  if (MACH_PORT_VALID (task))
    a->add (a->arg, task, pid);
  return 0;
}

static error_t
hook_tasks (void *context, void (*add) (void *arg, task_t task, pid_t pid),
	    void *arg)
{
  struct add_arg a = { add, arg };
  return proc_for_each (conductor.config.procs, add_task, &a);
}

static error_t
hook_freeze (void *context)
{
  /* The gate is still closed from a checkpoint that could not be restored.  */
  if (conductor.closed)
    return 0;
  error_t err = conductor_fault (conductor.starting ? AT_REBUILD : AT_FREEZE);
  if (err == 0)
    err = sv_freeze (conductor.config.bucket,
		     conductor.starting ? RESTORE_MS : FREEZE_MS);
  if (err)
    return err == ETIMEDOUT ? EAGAIN : err;
  /* A program that has not asked for its arguments yet could not be told them
     after a restore.  */
  if (exec_pending () == 0)
    {
      conductor.closed = conductor.starting;
      return 0;
    }
  sv_thaw (conductor.config.bucket);
  return EAGAIN;
}

static void
hook_thaw (void *context)
{
  /* What was restored waits until we serve.  */
  if (!conductor.starting)
    sv_thaw (conductor.config.bucket);
}

/* Is an object of CLASS made again at a restore?  What serves only to start a
   translator is not: its bootstrap port means nothing any more, and one that was
   being started is started anew.  */
static bool
is_lasting (const struct sv_class *class)
{
  return strcmp (class->name, "bootstrap");
}

static error_t
hook_border_id (void *context, mach_port_t name, uint64_t *id)
{
  struct sv_port *port = sv_lookup (name, NULL);
  if (port == NULL)
    return ESRCH;
  *id = port->id;
  error_t err = is_lasting (port->class) ? 0 : ENXIO;
  sv_unref (port);
  return err;
}

static error_t
hook_border_right (void *context, uint64_t id, mach_port_t *right)
{
  struct sv_port *port = sv_lookup_id (id, NULL);
  if (port == NULL)
    return ESRCH;
  *right = sv_port_get_right (port);
  sv_unref (port);
  return MACH_PORT_VALID (*right) ? 0 : ESRCH;
}

static error_t
hook_memory_id (void *context, mach_port_t right, uint64_t *id,
		uint64_t *version, uint64_t *size, int *prot)
{
  struct checkpointd_config *config = &conductor.config;
  const struct fs_pager_ops *ops;
  void *user;

  if (config->file_id == NULL || !fs_pager_find (right, &ops, &user, prot))
    return ESRCH;
  *size = ops->size (user);
  return config->file_id (config->context, ops, user, id, version);
}

static error_t
hook_memory_version (void *context, uint64_t id, uint64_t *version)
{
  struct checkpointd_config *config = &conductor.config;
  return config->file_version (config->context, id, version);
}

static error_t
hook_memory_right (void *context, uint64_t id, int prot, mach_port_t *right)
{
  struct checkpointd_config *config = &conductor.config;
  return config->file_map (config->context, id, prot, right);
}

/* The store.  */

/* Is the beginning of the device all zeros?  */
static bool
is_blank (struct store_io *io)
{
  static char block[STORE_PAGE];
  for (uint64_t i = 0; i < 16; i++)
    {
      if (io->read (io->ctx, i, 1, block))
	return false;
      for (size_t j = 0; j < sizeof block; j++)
	if (block[j])
	  return false;
    }
  return true;
}

/* Say what is damaged though it can be done without.  */
static void
tell_damage (void)
{
  struct store_stats s;
  store_get_stats (conductor.store, &s);
  if (s.root_damaged)
    conductor_event ("damage: one root of the store does not verify: the state"
		     " is that of the other");
  if (s.super_damaged)
    conductor_event ("damage: one superblock of the store does not verify: the"
		     " other is used");
}

/* Open the store on IO in its last state or, if that is damaged, in the one
   before.  On failure *TEXT is malloced, or NULL.  */
static error_t
open_state (struct store_io *io, char **text)
{
  struct conductor *c = &conductor;
  error_t err = store_open (io, 0, &c->store, text);
  if (err == EILSEQ)
    {
      char *before = NULL;
      if (store_open (io, STORE_PREVIOUS, &c->store, &before) == 0)
	{
	  conductor_event ("damage: %s: the state before is used", *text);
	  free (*text);
	  *text = NULL;
	  err = 0;
	}
      free (before);
    }
  if (err == 0)
    tell_damage ();
  return err;
}

static error_t
open_store (char **why)
{
  struct conductor *c = &conductor;
  const char *name = c->config.store;
  struct store_io io;
  char *text = NULL;
  error_t err;
  int tries = 0;
  do
    {
      /* An environment that has just died may have it still, or a translator that
	 changes something.  */
      if (tries)
	usleep (100000);
      int fd = open (name, O_RDWR);
      if (fd < 0)
	{
	  err = errno;
	  if (asprintf (why, "%s: %s", name, strerror (err)) < 0)
	    *why = NULL;
	  return err;
	}
      err = store_io_fd (fd, &io);
    }
  while (err == EBUSY && ++tries < 50);
  if (err)
    {
      if (asprintf (why, "%s: %s", name,
		    err == EBUSY ? "somebody else has the store open"
		    : strerror (err)) < 0)
	*why = NULL;
      return err;
    }
  if (err == 0 && c->config.format && is_blank (&io))
    {
      err = store_format (&io, NULL);
      if (err == EINVAL)
	text = strdup ("too small for a store");
    }
  c->device = io;
  if (err == 0)
    err = conductor_cache (&io);
  if (err == 0)
    err = open_state (&io, &text);
  if (err == 0)
    return store_set_retention (c->store, c->config.keep);
  if (asprintf (why, "%s: %s", name, text ? text : strerror (err)) < 0)
    *why = NULL;
  free (text);
  if (io.close)
    io.close (io.ctx);
  return err;
}

/* From here on the time stamp counter is compared with the clock.  */
static void
calibrate (void)
{
  clock_gettime (CLOCK_MONOTONIC, &conductor.start_time);
  conductor.start_cycles = ckpt_cycles ();
}

/* The clock goes in steps of ten milliseconds: the longer, the better.  */
double
conductor_cycles_per_us (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  uint64_t cycles = ckpt_cycles () - conductor.start_cycles;
  double us = ((now.tv_sec - conductor.start_time.tv_sec) * 1e6
	       + (now.tv_nsec - conductor.start_time.tv_nsec) / 1e3);
  return us > 0 ? cycles / us : 1;
}

error_t
checkpointd_start (const struct checkpointd_config *config, char **why)
{
  struct conductor *c = &conductor;
  *why = NULL;
  c->config = *config;
  c->hooks = (struct ckpt_hooks)
    {
      .tasks = hook_tasks, .freeze = hook_freeze, .thaw = hook_thaw,
      .border_id = hook_border_id, .border_right = hook_border_right,
      .host_right = conductor_host_right,
      .memory_id = hook_memory_id, .memory_right = hook_memory_right,
      .memory_version = hook_memory_version,
      .memory_create = conductor_memory, .begin = conductor_host_begin,
      .memory_lazy = conductor_lazy, .memory_stored = conductor_lazy_stored,
      .settled = conductor_lazy_settled,
      .memory_dirtied = conductor_order_dirtied, .breathe = conductor_breathe,
      .parted = conductor_parted,
    };
  c->nparticipants = config->nparticipants + 2;
  /* Memory that one checkpoint has used is there, without a page fault, in the next
     one's stop.  */
  mallopt (M_TRIM_THRESHOLD, KEPT_MEMORY);
  mallopt (M_MMAP_THRESHOLD, OWN_MAPPING);
  c->participants = calloc (c->nparticipants, sizeof *c->participants);
  if (c->participants == NULL)
    return ENOMEM;
  c->participants[0] = &conductor_participant;
  c->participants[1] = &conductor_pending_participant;
  memcpy (c->participants + 2, config->participants,
	  config->nparticipants * sizeof *c->participants);
  error_t err = ckpt_env_create (&c->hooks, c->participants, c->nparticipants,
				 config->flags, &c->env);
  if (err || config->store == NULL)
    return err;
  c->begun = ckpt_cycles ();
  err = open_store (why);
  if (err)
    return err;
  calibrate ();
  c->starting = true;
  return config->no_restore ? 0 : conductor_restore (why);
}

error_t
checkpointd_go (void)
{
  struct conductor *c = &conductor;
  error_t err = 0;

  /* Who has asked for a checkpoint since we serve has waited for this.  */
  pthread_mutex_lock (&c->lock);
  c->starting = c->closed = false;
  c->running = c->store != NULL;
  pthread_cond_broadcast (&c->changed);
  pthread_mutex_unlock (&c->lock);
  sv_thaw (c->config.bucket);
  if (c->store == NULL)
    return 0;
  conductor_send_pending (NULL);
  if (c->job != JOB_NONE)
    err = sv_thread (conductor_watch_job, NULL);
  return err ? err : conductor_start_threads ();
}

bool
checkpointd_option (struct checkpointd_config *config, const char *arg,
		    error_t *err)
{
  char *end;
  *err = 0;
  if (strncmp (arg, "interval=", 9) == 0)
    {
      double seconds = strtod (arg + 9, &end);
      if (end == arg + 9 || *end || !(seconds >= 0 && seconds < 1e6))
	*err = EINVAL;
      else
	config->interval = seconds;
    }
  else if (strncmp (arg, "keep=", 5) == 0)
    {
      unsigned long keep = strtoul (arg + 5, &end, 10);
      if (end == arg + 5 || *end)
	*err = EINVAL;
      else
	config->keep = keep;
    }
  else if (strncmp (arg, "fault=", 6) == 0)
    *err = conductor_fault_set (arg + 6);
  else if (strcmp (arg, "control=abort-threads") == 0)
    config->flags |= CKPT_ABORT_THREADS;
  else if (strcmp (arg, "control=no-fpu") == 0)
    config->flags |= CKPT_NO_FPU;
  else if (strcmp (arg, "control=top-object") == 0)
    config->flags |= CKPT_TOP_ONLY;
  else if (strcmp (arg, "check-pages") == 0)
    config->check_pages = true;
  else if (strcmp (arg, "no-check-pages") == 0)
    config->check_pages = false;
  else if (strcmp (arg, "verify=full") == 0)
    config->verify_full = true;
  else if (strcmp (arg, "verify=lazy") == 0)
    config->verify_full = false;
  else if (strcmp (arg, "overlap=on") == 0)
    config->overlap = true;
  else if (strcmp (arg, "overlap=off") == 0)
    config->overlap = false;
  else if (strcmp (arg, "control=no-order") == 0)
    config->no_order = true;
  else if (strcmp (arg, "control=whole-lock") == 0)
    config->whole_lock = true;
  else if (strcmp (arg, "control=no-queues") == 0)
    config->flags |= CKPT_NO_QUEUES;
  else if (strcmp (arg, "control=no-restore") == 0)
    config->no_restore = true;
  else
    return false;
  return true;
}
