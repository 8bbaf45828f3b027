/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ps shows: states, times, threads.  */

#include <stdlib.h>
#include <string.h>
#include <hurd/msg.h>
#include "libproc/internal.h"

/* The collection that P belongs to.  */
static pid_t
collection (const struct proc *p)
{
  while (!p->loginleader && p->parent)
    p = p->parent;
  return p->pid;
}

static int
state (const struct proc *p)
{
  int s = 0;

  if (p->stopped)
    s |= PI_STOPPED;
  if (p->execed)
    s |= PI_EXECED;
  if (p->waiting)
    s |= PI_WAITING;
  if (p->pgrp == NULL || p->pgrp->orphaned)
    s |= PI_ORPHAN;
  if (!MACH_PORT_VALID (p->msgport))
    s |= PI_NOMSG;
  if (p->pgrp && p->pgrp->session->sid == p->pid)
    s |= PI_SESSLD;
  if (!p->owned)
    s |= PI_NOTOWNED;
  if (!p->parentset)
    s |= PI_NOPARENT;
  if (p->dead)
    s |= PI_ZOMBIE;
  if (p->traced)
    s |= PI_TRACED;
  if (p->deadmsg)
    s |= PI_GETMSG;
  if (p->loginleader)
    s |= PI_LOGINLD;
  return s;
}

static void
fill_base (const struct proc *p, struct procinfo *pi)
{
  pi->state = state (p);
  pi->owner = p->owner;
  pi->ppid = p->parent ? p->parent->pid : 0;
  pi->pgrp = p->pgrp ? p->pgrp->pgid : 0;
  pi->session = p->pgrp ? p->pgrp->session->sid : 0;
  pi->logincollection = collection (p);
  if (p->dead || p->stopped)
    {
      pi->exitstatus = p->status;
      pi->sigcode = p->sigcode;
    }
}

/* Fill what FLAGS ask of the N THREADS; flags that could not be obeyed are
   cleared.  */
static void
fill_threads (struct procinfo *pi, const thread_t *threads, unsigned int n,
	      int *flags)
{
  mach_msg_type_number_t count;
  unsigned int i;

  for (i = 0; i < n; i++)
    {
      pi->threadinfos[i].died = FALSE;
      pi->threadinfos[i].rpc_block = 0;
      count = THREAD_BASIC_INFO_COUNT;
      if ((*flags & PI_FETCH_THREAD_BASIC)
	  && thread_info (threads[i], THREAD_BASIC_INFO,
			  (thread_info_t) &pi->threadinfos[i].pis_bi, &count))
	pi->threadinfos[i].died = TRUE;
      count = THREAD_SCHED_INFO_COUNT;
      if ((*flags & PI_FETCH_THREAD_SCHED) && !pi->threadinfos[i].died
	  && thread_info (threads[i], THREAD_SCHED_INFO,
			  (thread_info_t) &pi->threadinfos[i].pis_si, &count))
	pi->threadinfos[i].died = TRUE;
    }
}

static void
fill_task (struct procinfo *pi, task_t task, int *flags)
{
  mach_msg_type_number_t count = TASK_BASIC_INFO_COUNT;

  if ((*flags & PI_FETCH_TASKINFO)
      && task_info (task, TASK_BASIC_INFO, (task_info_t) &pi->taskinfo,
		    &count))
    *flags &= ~PI_FETCH_TASKINFO;
  count = TASK_EVENTS_INFO_COUNT;
  if ((*flags & PI_FETCH_TASKEVENTS)
      && task_info (task, TASK_EVENTS_INFO, (task_info_t) &pi->taskevents,
		    &count))
    *flags &= ~PI_FETCH_TASKEVENTS;
}

static void
free_threads (thread_t *threads, mach_msg_type_number_t n)
{
  mach_msg_type_number_t i;

  for (i = 0; i < n; i++)
    mach_port_deallocate (mach_task_self (), threads[i]);
  if (n)
    vm_deallocate (mach_task_self (), (vm_address_t) threads,
		   n * sizeof *threads);
}

/* Ask the process whose signals go to MSGPORT what its N THREADS wait for:
   strings, one behind the other, and the numbers of the requests.  Those of a
   task that does not run, or that has no C library, are empty.  */
static error_t
fetch_waits (mach_port_t msgport, bool runs, struct procinfo *pi,
	     const thread_t *threads, unsigned int n, char **waits,
	     size_t *len)
{
  string_t text;
  char *all = calloc (n ?: 1, sizeof text), *end = all;

  if (all == NULL)
    return ENOMEM;
  for (unsigned int i = 0; i < n; i++)
    {
      text[0] = 0;
      if (!runs || pi->threadinfos[i].died
	  || msg_report_wait (msgport, threads[i], text,
			      &pi->threadinfos[i].rpc_block))
	{
	  text[0] = 0;
	  pi->threadinfos[i].rpc_block = 0;
	}
      text[sizeof text - 1] = 0;
      end = stpcpy (end, text) + 1;
    }
  *waits = all;
  *len = n ? end - all : 0;
  return 0;
}

/* The same with the table's lock released, for its answers may take time.  */
static error_t
report_waits (struct proc *p, struct procinfo *pi, const thread_t *threads,
	      unsigned int n, data_t *waits, mach_msg_type_number_t *count)
{
  struct proc_table *t = p->table;
  struct task_basic_info basic;
  mach_msg_type_number_t room = TASK_BASIC_INFO_COUNT;
  bool runs = (MACH_PORT_VALID (p->msgport)
	       && task_info (p->task, TASK_BASIC_INFO, (task_info_t) &basic,
			     &room) == 0
	       && basic.suspend_count == 0);
  mach_port_t msgport = runs ? p->msgport : MACH_PORT_NULL;
  char *all = NULL;
  size_t len = 0;
  error_t err;

  if (runs)
    sv_right_ref (msgport);
  pthread_mutex_unlock (&t->lock);
  sv_park ();
  err = fetch_waits (msgport, runs, pi, threads, n, &all, &len);
  sv_unpark ();
  if (runs)
    mach_port_deallocate (mach_task_self (), msgport);
  pthread_mutex_lock (&t->lock);
  if (!err)
    err = proc_reply (all, len, 1, waits, count);
  free (all);
  return err;
}

kern_return_t
S_proc_getprocinfo (process_t process, pid_t which, int *flags,
		    procinfo_t *procinfo, mach_msg_type_number_t *procinfoCnt,
		    data_t *threadwaits,
		    mach_msg_type_number_t *threadwaitsCnt)
{
  const int per_thread = (PI_FETCH_THREADS | PI_FETCH_THREAD_BASIC
			  | PI_FETCH_THREAD_SCHED | PI_FETCH_THREAD_WAITS);
  struct proc_handle *h = proc_enter (process);
  struct procinfo *pi;
  thread_t *threads = NULL;
  mach_msg_type_number_t n = 0;
  struct proc *p;
  size_t size;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  p = proc_by_pid (h->proc->table, which);
  if (p == NULL)
    return proc_leave (h, ESRCH);
  if (p->dead)
    *flags = 0;
  if ((*flags & per_thread) && task_threads (p->task, &threads, &n))
    {
      *flags &= ~per_thread;
      n = 0;
    }
  size = sizeof *pi + n * sizeof pi->threadinfos[0];
  pi = calloc (1, size);
  if (pi)
    {
      fill_base (p, pi);
      pi->nthreads = n;
      if (!p->dead)
	fill_task (pi, p->task, flags);
      fill_threads (pi, threads, n, flags);
    }
  err = 0;
  if (pi && (*flags & PI_FETCH_THREAD_WAITS))
    err = report_waits (p, pi, threads, n, threadwaits, threadwaitsCnt);
  else
    *threadwaitsCnt = 0;
  if (!err)
    err = pi ? proc_reply (pi, size / sizeof (int), sizeof (int), procinfo,
			   procinfoCnt) : ENOMEM;
  free (pi);
  free_threads (threads, n);
  return proc_leave (h, err);
}

kern_return_t
S_proc_getnports (process_t process, pid_t which,
		  mach_msg_type_number_t *nports)
{
  struct proc_handle *h = proc_enter (process);
  mach_port_t *names;
  mach_port_type_t *types;
  mach_msg_type_number_t ntypes;
  struct proc *p;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  p = proc_by_pid (h->proc->table, which);
  if (p == NULL || p->dead)
    return proc_leave (h, ESRCH);
  err = mach_port_names (p->task, &names, nports, &types, &ntypes);
  if (!err)
    {
      vm_deallocate (mach_task_self (), (vm_address_t) names,
		     *nports * sizeof *names);
      vm_deallocate (mach_task_self (), (vm_address_t) types,
		     ntypes * sizeof *types);
    }
  return proc_leave (h, err);
}

kern_return_t
S_proc_getloginid (process_t process, pid_t pid, pid_t *login_id)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *p;

  if (h == NULL)
    return EOPNOTSUPP;
  p = proc_by_pid (h->proc->table, pid);
  if (p == NULL)
    return proc_leave (h, ESRCH);
  *login_id = collection (p);
  return proc_leave (h, 0);
}
