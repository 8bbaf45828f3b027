/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for children.  */

#include "libproc/internal.h"

/* Whether WHICH, as waitpid has it, means the child C of P.  */
static bool
meant (const struct proc *p, const struct proc *c, pid_t which)
{
  if (which > 0)
    return c->pid == which;
  if (which == -1)
    return true;
  return c->pgrp && c->pgrp->pgid == (which ? -which : p->pgrp->pgid);
}

/* Whether C has something to tell one who waits with OPTIONS; *STATUS is it.  */
static bool
has_news (const struct proc *c, int options, int *status)
{
  if (c->dead)
    {
      *status = c->status;
      return (options & WEXITED) != 0;
    }
  *status = c->status;
  if (c->stopped)
    return !c->reported && ((options & WUNTRACED) || c->traced);
  *status = __W_CONTINUED;
  return c->continued && (options & WCONTINUED);
}

/* P has seen C's news.  */
static void
consume (struct proc *p, struct proc *c)
{
  if (c->dead)
    {
      proc_add_usage (&p->child_usage, &c->usage);
      proc_add_usage (&p->child_usage, &c->child_usage);
      proc_remove (c);
    }
  else if (c->stopped)
    c->reported = true;
  else
    c->continued = false;
}

/* Look once.  EAGAIN: no news yet; ECHILD: there will be none.  */
static error_t
look (struct proc *p, pid_t which, int options, int *status, int *sigcode,
      rusage_t *usage, pid_t *pid)
{
  struct proc *c;
  error_t err = ECHILD;

  for (c = p->children; c; c = c->sib_next)
    {
      if (!c->parentset || !meant (p, c, which))
	continue;
      err = EAGAIN;
      if (!has_news (c, options, status))
	continue;
      *pid = c->pid;
      *sigcode = c->sigcode;
      *usage = c->usage;
      if (!c->dead)
	proc_task_usage (c->task, usage);
      proc_add_usage (usage, &c->child_usage);
      if (!(options & WNOWAIT))
	consume (p, c);
      return 0;
    }
  return err;
}

static error_t
do_wait (process_t process, pid_t which, int options, int *status,
	 int *sigcode, rusage_t *usage, pid_t *pid)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;
  error_t err, waited = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  p = h->proc;
  for (;;)
    {
      err = p->dead ? ESRCH
	    : look (p, which, options, status, sigcode, usage, pid);
      if (err != EAGAIN || (options & WNOHANG))
	break;
      if (waited)
	{
	  err = EINTR;
	  break;
	}
      p->waiting = true;
      waited = sv_wait (&p->changed, &p->table->lock, NULL);
      p->waiting = false;
    }
  return proc_leave (h, err);
}

kern_return_t
S_proc_wait (process_t process, mach_port_t reply,
	     mach_msg_type_name_t replyPoly, pid_t pid, int options,
	     int *status, int *sigcode, rusage_t *rusage, pid_t *pid_status)
{
  if (options & ~(WNOHANG | WUNTRACED | WCONTINUED))
    return EINVAL;
  return do_wait (process, pid, options | WEXITED, status, sigcode, rusage,
		  pid_status);
}

kern_return_t
S_proc_waitid (process_t process, mach_port_t reply,
	       mach_msg_type_name_t replyPoly, pid_t pid, int options,
	       int *status, int *sigcode, rusage_t *rusage, pid_t *pid_status)
{
  if ((options & ~(WNOHANG | WSTOPPED | WCONTINUED | WEXITED | WNOWAIT))
      || !(options & (WSTOPPED | WCONTINUED | WEXITED)))
    return EINVAL;
  return do_wait (process, pid, options, status, sigcode, rusage, pid_status);
}

kern_return_t
S_proc_mod_stopchild (process_t process, int doit)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  h->proc->nostopchild = !doit;
  return proc_leave (h, 0);
}

kern_return_t
S_proc_getchildren_rusage (process_t process, rusage_t *rusage)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  *rusage = h->proc->child_usage;
  return proc_leave (h, 0);
}

error_t
proc_await (struct proc_table *t, pid_t pid, bool reap, int *status)
{
  struct proc *p;
  error_t err = ESRCH;

  pthread_mutex_lock (&t->lock);
  while ((p = proc_by_pid (t, pid)) && !p->dead && err != EINTR)
    err = sv_wait (&t->ended, &t->lock, NULL);
  if (p && p->dead)
    {
      *status = p->status;
      if (reap)
	proc_remove (p);
      err = 0;
    }
  pthread_mutex_unlock (&t->lock);
  return p ? err : ESRCH;
}
