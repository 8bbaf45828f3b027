/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From pids to tasks and process ports, and back.  */

#include "libproc/internal.h"

kern_return_t
S_proc_getpids (process_t process, pid_t *pid, pid_t *ppid, int *orphaned)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  *pid = h->proc->pid;
  *ppid = h->proc->parent ? h->proc->parent->pid : 0;
  *orphaned = h->proc->pgrp ? h->proc->pgrp->orphaned : 1;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_pid2task (process_t process, pid_t pid, mach_port_t *task)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  p = proc_by_pid (h->proc->table, pid);
  if (p == NULL)
    err = ESRCH;
  else if (!proc_controls (h->proc, p))
    err = EPERM;
  else
    *task = p->task;		/* Null for a zombie.  */
  return proc_leave (h, err);
}

kern_return_t
S_proc_task2pid (process_t process, mach_port_t task, pid_t *pid)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  err = proc_resolve (h->proc->table, task, &p);
  if (!err)
    {
      *pid = p->pid;
      mach_port_deallocate (mach_task_self (), task);
    }
  return proc_leave (h, err);
}

kern_return_t
S_proc_task2proc (process_t process, mach_port_t task, mach_port_t *proc,
		  mach_msg_type_name_t *procPoly)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  err = proc_resolve (h->proc->table, task, &p);
  if (!err)
    {
      *proc = sv_port_get_right (p->handle);
      *procPoly = MACH_MSG_TYPE_MOVE_SEND;
      mach_port_deallocate (mach_task_self (), task);
    }
  return proc_leave (h, err);
}

kern_return_t
S_proc_proc2task (process_t process, mach_port_t *task)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  *task = h->proc->task;
  return proc_leave (h, h->proc->dead ? ESRCH : 0);
}

kern_return_t
S_proc_pid2proc (process_t process, pid_t pid, mach_port_t *proc,
		 mach_msg_type_name_t *procPoly)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  p = proc_by_pid (h->proc->table, pid);
  if (p == NULL || p->dead)
    err = ESRCH;
  else if (!proc_controls (h->proc, p))
    err = EPERM;
  else
    {
      *proc = sv_port_get_right (p->handle);
      *procPoly = MACH_MSG_TYPE_MOVE_SEND;
    }
  return proc_leave (h, err);
}

kern_return_t
S_proc_set_init_task (process_t process, mach_port_t task)
{
  struct proc_handle *h = proc_enter (process);
  struct proc_table *t;
  struct proc *p;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  t = h->proc->table;
  if (h->proc != t->init && !(t->init == NULL && proc_has_uid (h->proc, 0)))
    err = EPERM;
  else
    err = proc_resolve (t, task, &p);
  if (!err)
    {
      t->init = p;
      p->parentset = true;
      mach_port_deallocate (mach_task_self (), task);
    }
  return proc_leave (h, err);
}

kern_return_t
S_proc_mark_important (process_t process)
{
  struct proc_handle *h = proc_enter (process);
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  if (proc_has_uid (h->proc, 0))
    h->proc->important = true;
  else
    err = EPERM;
  return proc_leave (h, err);
}

kern_return_t
S_proc_is_important (process_t process, boolean_t *essential)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  *essential = h->proc->important;
  return proc_leave (h, 0);
}
