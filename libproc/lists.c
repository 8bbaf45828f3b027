/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that are answered with pids.  */

#include <stdlib.h>
#include <string.h>
#include "libproc/internal.h"

void
pid_list_add (struct pid_list *list, pid_t pid)
{
  if (list->n == list->room && !list->error)
    {
      size_t room = list->room ? 2 * list->room : 64;
      pid_t *pids = realloc (list->pids, room * sizeof *pids);
      if (pids == NULL)
	list->error = ENOMEM;
      else
	{
	  list->pids = pids;
	  list->room = room;
	}
    }
  if (!list->error)
    list->pids[list->n++] = pid;
}

error_t
proc_reply (const void *data, size_t count, size_t size, void *out,
	    mach_msg_type_number_t *have)
{
  void **p = out;

  if (count > *have)
    {
      vm_address_t addr;
      error_t err = vm_allocate (mach_task_self (), &addr, count * size, TRUE);
      if (err)
	return err;
      *p = (void *) addr;
    }
  if (count)
    memcpy (*p, data, count * size);
  *have = count;
  return 0;
}

error_t
pid_list_reply (struct pid_list *list, pidarray_t *out,
		mach_msg_type_number_t *count)
{
  error_t err = list->error;

  if (!err)
    err = proc_reply (list->pids, list->n, sizeof (pid_t), out, count);
  free (list->pids);
  return err;
}

kern_return_t
S_proc_getallpids (process_t process, pidarray_t *pids,
		   mach_msg_type_number_t *pidsCnt)
{
  struct proc_handle *h = proc_enter (process);
  struct pid_list list = { 0 };
  struct proc *p;

  if (h == NULL)
    return EOPNOTSUPP;
  for (p = h->proc->table->all; p; p = p->all_next)
    pid_list_add (&list, p->pid);
  return proc_leave (h, pid_list_reply (&list, pids, pidsCnt));
}

kern_return_t
S_proc_getpgrppids (process_t process, pid_t pgrp, pidarray_t *pids,
		    mach_msg_type_number_t *pidsCnt)
{
  struct proc_handle *h = proc_enter (process);
  struct pid_list list = { 0 };
  struct pgrp *g;
  struct proc *p;

  if (h == NULL)
    return EOPNOTSUPP;
  g = pgrp ? pgrp_find (h->proc->table, pgrp) : h->proc->pgrp;
  if (g == NULL)
    return proc_leave (h, ESRCH);
  for (p = g->members; p; p = p->grp_next)
    pid_list_add (&list, p->pid);
  return proc_leave (h, pid_list_reply (&list, pids, pidsCnt));
}

kern_return_t
S_proc_getsessionpids (process_t process, pid_t sid, pidarray_t *pids,
		       mach_msg_type_number_t *pidsCnt)
{
  struct proc_handle *h = proc_enter (process);
  struct pid_list list = { 0 };
  struct session *s;
  struct proc *p;

  if (h == NULL)
    return EOPNOTSUPP;
  s = session_find (h->proc->table, sid);
  if (s == NULL)
    return proc_leave (h, ESRCH);
  for (p = h->proc->table->all; p; p = p->all_next)
    if (p->pgrp && p->pgrp->session == s)
      pid_list_add (&list, p->pid);
  return proc_leave (h, pid_list_reply (&list, pids, pidsCnt));
}

kern_return_t
S_proc_getsessionpgids (process_t process, pid_t sid, pidarray_t *pgids,
			mach_msg_type_number_t *pgidsCnt)
{
  struct proc_handle *h = proc_enter (process);
  struct pid_list list = { 0 };
  struct session *s;
  struct pgrp *g;

  if (h == NULL)
    return EOPNOTSUPP;
  s = session_find (h->proc->table, sid);
  if (s == NULL)
    return proc_leave (h, ESRCH);
  for (g = h->proc->table->pgrps; g; g = g->next)
    if (g->session == s)
      pid_list_add (&list, g->pgid);
  return proc_leave (h, pid_list_reply (&list, pgids, pgidsCnt));
}

/* Add the login collection of LEADER: it and those below, without the
   collections below.  */
static void
add_collection (struct pid_list *list, struct proc *leader)
{
  struct proc *c;

  pid_list_add (list, leader->pid);
  for (c = leader->children; c; c = c->sib_next)
    if (!c->loginleader)
      add_collection (list, c);
}

kern_return_t
S_proc_getloginpids (process_t process, pid_t id, pidarray_t *pids,
		     mach_msg_type_number_t *pidsCnt)
{
  struct proc_handle *h = proc_enter (process);
  struct pid_list list = { 0 };
  struct proc *leader;

  if (h == NULL)
    return EOPNOTSUPP;
  leader = proc_by_pid (h->proc->table, id);
  if (leader == NULL || !leader->loginleader)
    return proc_leave (h, ESRCH);
  add_collection (&list, leader);
  return proc_leave (h, pid_list_reply (&list, pids, pidsCnt));
}
