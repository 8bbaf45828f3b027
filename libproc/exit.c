/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stopping, continuing and ending.  */

#include <signal.h>
#include <stdlib.h>
#include "libproc/internal.h"

void
proc_tell_parent (struct proc *p, bool post, int code)
{
  struct proc *parent = p->parent;

  if (parent == NULL || parent->dead)
    return;
  pthread_cond_broadcast (&parent->changed);
  if (post)
    proc_post (parent, SIGCHLD, code);
}

static int
death_code (int status)
{
  if (WIFEXITED (status))
    return CLD_EXITED;
  return WCOREDUMP (status) ? CLD_DUMPED : CLD_KILLED;
}

/* P owned a task name space: whoever lives in it cannot go on without.  */
static void
end_namespace (struct proc *p)
{
  struct proc *q;

  for (q = p->table->all; q; q = q->all_next)
    if (q != p && q->namespace_pid == p->pid && MACH_PORT_VALID (q->task))
      task_terminate (q->task);
}

/* P's task is gone; the lock is released on the way for a moment.  */
static void
die (struct proc *p)
{
  struct proc_table *t = p->table;
  struct proc_handle *h = p->handle;
  int status;

  p->dead = true;
  p->handle = NULL;
  p->stopped = p->continued = false;
  if (!p->exiting)
    {
      /* Without a word: somebody has terminated the task.  */
      p->status = W_EXITCODE (0, SIGKILL);
      p->sigcode = SIGKILL;
    }
  status = p->status;
  if (MACH_PORT_VALID (p->msgport))
    mach_port_deallocate (mach_task_self (), p->msgport);
  p->msgport = MACH_PORT_NULL;
  p->deadmsg = false;
  pthread_cond_broadcast (&p->changed);
  pthread_cond_broadcast (&t->ended);
  if (p->namespace != MACH_PORT_NULL && p->namespace_pid == p->pid)
    end_namespace (p);

  proc_orphan_children (p);
  pgrp_check_orphans (t, false);
  if (p->parent && p->parentset)
    proc_tell_parent (p, true, death_code (status));
  p->refs++;
  if (p->parent == NULL || !p->parentset)
    proc_remove (p);		/* Nobody waits for it.  */
  pthread_mutex_unlock (&t->lock);
  proc_handle_end (h);
  if (t->hooks.ended)
    t->hooks.ended (t->hooks.context, p->pid, status);
  proc_unref (p);
  pthread_mutex_lock (&t->lock);
}

/* The port NAME of a task of the table ARG has died.  */
static void
task_died (void *arg, mach_port_t name)
{
  struct proc_table *t = arg;
  struct proc *p, **pp;

  pthread_mutex_lock (&t->lock);
  p = proc_by_task (t, name);
  if (p)
    {
      for (pp = &t->by_task[name / 4 % PROC_HASH]; *pp != p;
	   pp = &(*pp)->task_next)
	;
      *pp = p->task_next;
      p->task = MACH_PORT_NULL;
      mach_port_deallocate (mach_task_self (), name);
      die (p);
    }
  pthread_mutex_unlock (&t->lock);
}

error_t
proc_watch_task (struct proc *p)
{
  return sv_notify_dead (p->table->bucket, p->task, task_died, p->table);
}

kern_return_t
S_proc_mark_exit (process_t process, int status, int sigcode)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  p = h->proc;
  /* libc shifts whatever exit was called with.  */
  status &= 0xffff;
  if (p->dead)
    err = ESRCH;
  else if (!WIFEXITED (status) && !WIFSIGNALED (status))
    err = EINVAL;
  else if (p->exiting)
    err = EBUSY;
  if (!err)
    {
      p->exiting = true;
      p->status = status;
      p->sigcode = sigcode;
      /* What it has used cannot be asked of a dead task.  */
      proc_task_usage (p->task, &p->usage);
    }
  return proc_leave (h, err);
}

kern_return_t
S_proc_mark_stop (process_t process, int signo, int sigcode)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;

  if (h == NULL)
    return EOPNOTSUPP;
  p = h->proc;
  if (p->dead)
    return proc_leave (h, ESRCH);
  p->stopped = true;
  p->continued = p->reported = false;
  p->status = W_STOPCODE (signo);
  p->sigcode = sigcode;
  proc_tell_parent (p, p->parent && !p->parent->nostopchild, CLD_STOPPED);
  return proc_leave (h, 0);
}

kern_return_t
S_proc_mark_cont (process_t process)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;

  if (h == NULL)
    return EOPNOTSUPP;
  p = h->proc;
  if (p->dead)
    return proc_leave (h, ESRCH);
  if (p->stopped)
    {
      p->stopped = false;
      p->continued = true;
      p->sigcode = 0;
      proc_tell_parent (p, p->parent && !p->parent->nostopchild,
			CLD_CONTINUED);
    }
  return proc_leave (h, 0);
}

kern_return_t
S_proc_mark_exec (process_t process)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  h->proc->execed = true;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_mark_traced (process_t process)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  h->proc->traced = true;
  return proc_leave (h, 0);
}

/* Suspend all threads of the task but KEEP.  */
static error_t
stop_threads (task_t task, thread_t keep)
{
  thread_t *threads;
  mach_msg_type_number_t n, i;
  error_t err = task_suspend (task);

  if (err)
    return err;
  err = task_threads (task, &threads, &n);
  if (!err)
    {
      for (i = 0; i < n; i++)
	{
	  if (threads[i] != keep)
	    thread_suspend (threads[i]);
	  mach_port_deallocate (mach_task_self (), threads[i]);
	}
      vm_deallocate (mach_task_self (), (vm_address_t) threads,
		     n * sizeof *threads);
    }
  task_resume (task);
  return err;
}

kern_return_t
S_proc_dostop (process_t process, mach_port_t contthread)
{
  struct proc_handle *h = proc_enter (process);
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  err = h->proc->dead ? ESRCH : stop_threads (h->proc->task, contthread);
  if (!err && MACH_PORT_VALID (contthread))
    mach_port_deallocate (mach_task_self (), contthread);
  return proc_leave (h, err);
}
