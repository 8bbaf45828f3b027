/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Message ports: where signals go.  */

#include "libproc/internal.h"

/* The message port NAME of a process of the table ARG has died: it is about to
   end, or to get a new one, as after an exec.  */
static void
msgport_died (void *arg, mach_port_t name)
{
  struct proc_table *t = arg;
  struct proc *p;

  pthread_mutex_lock (&t->lock);
  for (p = t->all; p; p = p->all_next)
    if (p->msgport == name)
      {
	p->msgport = MACH_PORT_NULL;
	p->deadmsg = true;
	mach_port_deallocate (mach_task_self (), name);
      }
  pthread_mutex_unlock (&t->lock);
}

void
proc_set_msgport (struct proc *p, mach_port_t msgport)
{
  p->msgport = msgport;
  p->deadmsg = false;
  if (MACH_PORT_VALID (msgport))
    sv_notify_dead (p->table->bucket, msgport, msgport_died, p->table);
  pthread_cond_broadcast (&p->changed);
}

kern_return_t
S_proc_setmsgport (process_t process, mach_port_t reply,
		   mach_msg_type_name_t replyPoly, mach_port_t newmsgport,
		   mach_port_t *oldmsgport,
		   mach_msg_type_name_t *oldmsgportPoly)
{
  struct proc_handle *h = proc_enter (process);
  struct proc_table *t;
  task_t task;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  if (h->proc->dead)
    return proc_leave (h, ESRCH);
  t = h->proc->table;
  task = h->proc->task;
  *oldmsgport = h->proc->msgport;
  *oldmsgportPoly = MACH_MSG_TYPE_MOVE_SEND;
  proc_set_msgport (h->proc, newmsgport);
  if (t->hooks.started == NULL
      || mach_port_mod_refs (mach_task_self (), task, MACH_PORT_RIGHT_SEND, 1))
    return proc_leave (h, 0);
  err = proc_leave (h, 0);
  t->hooks.started (t->hooks.context, task);
  mach_port_deallocate (mach_task_self (), task);
  return err;
}

kern_return_t
S_proc_getmsgport (process_t process, mach_port_t reply,
		   mach_msg_type_name_t replyPoly, pid_t pid,
		   mach_port_t *msgport, mach_msg_type_name_t *msgportPoly)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  for (;;)
    {
      p = proc_by_pid (h->proc->table, pid);
      if (p == NULL || !p->deadmsg || p->dead)
	break;
      if (err)
	return proc_leave (h, EINTR);
      p->refs++;
      err = sv_wait (&p->changed, &h->proc->table->lock, NULL);
      proc_drop (p);
    }
  if (p == NULL)
    return proc_leave (h, ESRCH);
  /* Ours may go, and its name to somebody else, before the reply leaves.  */
  *msgport = p->msgport;
  *msgportPoly = MACH_MSG_TYPE_MOVE_SEND;
  return proc_leave (h, sv_right_ref (p->msgport));
}
