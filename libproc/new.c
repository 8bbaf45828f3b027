/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How tasks become processes.  */

#include <stdlib.h>
#include <string.h>
#include "libproc/internal.h"
#include "mach_debug_U.h"

/* What the kernel says the object behind a task's port is.  */
enum { KERNEL_OBJECT_TASK = 2 };

/* Give P a place in the world: init's child, in a group of its own unless there
   is init's, owned by nobody.  */
static error_t
settle (struct proc *p)
{
  struct proc_table *t = p->table;
  struct proc *init = t->init;
  struct session *session;
  struct pgrp *pgrp;
  error_t err;

  if (init)
    {
      pgrp_join (p, init->pgrp);
      proc_link_parent (p, init);
      p->login = init->login;
      if (p->login)
	p->login->refs++;
      return 0;
    }
  err = session_make (t, p->pid, &session);
  if (!err)
    err = pgrp_make (t, p->pid, session, &pgrp);
  if (err)
    return err;
  pgrp_join (p, pgrp);
  p->loginleader = true;
  return 0;
}

/* Make TASK (taken over on success) the process PID.  */
static error_t
make (struct proc_table *t, task_t task, pid_t pid, struct proc **proc)
{
  struct proc_handle *h;
  struct proc *p;
  error_t err;

  if (task && proc_by_task (t, task))
    return EEXIST;
  err = proc_make (t, task, pid, 0, &p);
  if (err)
    return err;
  err = settle (p);
  if (!err && task)
    err = proc_watch_task (p);
  if (!err)
    {
      *proc = p;
      return 0;
    }
  h = p->handle;
  p->handle = NULL;
  if (task)
    sv_right_ref (task);
  proc_remove (p);
  pthread_mutex_unlock (&t->lock);
  proc_handle_end (h);
  pthread_mutex_lock (&t->lock);
  return err;
}

error_t
proc_new (struct proc_table *t, task_t task, pid_t pid, struct proc **proc)
{
  uid_t root[2] = { 0, 0 };
  struct fs_ids ids = { 1, 1, &root[0], (gid_t *) &root[1] };
  error_t err;

  pthread_mutex_lock (&t->lock);
  err = make (t, task, pid, proc);
  if (!err)
    {
      (*proc)->refs++;
      err = proc_copy_ids (*proc, &ids);
    }
  pthread_mutex_unlock (&t->lock);
  return err;
}

error_t
proc_attach_task (struct proc *p, task_t task)
{
  error_t err;

  pthread_mutex_lock (&p->table->lock);
  err = p->task == MACH_PORT_NULL ? proc_set_task (p, task) : EBUSY;
  pthread_mutex_unlock (&p->table->lock);
  return err;
}

error_t
proc_resolve (struct proc_table *t, task_t task, struct proc **proc)
{
  unsigned int type = 0;
  vm_offset_t addr;
  error_t err = 0;

  *proc = proc_by_task (t, task);
  if (*proc)
    return 0;
  /* Whoever shows us a port of his own making must not get us to call it.  */
  if (!MACH_PORT_VALID (task)
      || mach_port_kernel_object (mach_task_self (), task, &type, &addr)
      || type != KERNEL_OBJECT_TASK)
    return ESRCH;
  if (t->hooks.unknown_task)
    {
      pthread_mutex_unlock (&t->lock);
      err = t->hooks.unknown_task (t->hooks.context, task);
      pthread_mutex_lock (&t->lock);
      *proc = proc_by_task (t, task);
    }
  if (err || *proc)
    return err;
  sv_right_ref (task);
  err = make (t, task, 0, proc);
  if (err)
    mach_port_deallocate (mach_task_self (), task);
  return err;
}
