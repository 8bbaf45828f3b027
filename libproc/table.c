/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table: finding processes, making and removing them.  */

#include <stdlib.h>
#include <string.h>
#include "libproc/internal.h"

error_t
proc_table_create (struct sv_bucket *bucket, const struct proc_hooks *hooks,
		   struct proc_table **table)
{
  struct proc_table *t = calloc (1, sizeof *t);

  if (t == NULL)
    return ENOMEM;
  pthread_mutex_init (&t->lock, NULL);
  pthread_cond_init (&t->ended, NULL);
  t->bucket = bucket;
  t->hooks = *hooks;
  *table = t;
  return 0;
}

struct proc *
proc_by_pid (struct proc_table *t, pid_t pid)
{
  struct proc *p;

  for (p = t->by_pid[(unsigned int) pid % PROC_HASH]; p; p = p->pid_next)
    if (p->pid == pid)
      return p;
  return NULL;
}

struct proc *
proc_by_task (struct proc_table *t, task_t task)
{
  struct proc *p;

  for (p = t->by_task[task / 4 % PROC_HASH]; p; p = p->task_next)
    if (p->task == task)
      return p;
  return NULL;
}

static void
hash_task (struct proc *p)
{
  struct proc **slot = &p->table->by_task[p->task / 4 % PROC_HASH];

  p->task_next = *slot;
  *slot = p;
}

static void
unhash_task (struct proc *p)
{
  struct proc **pp = &p->table->by_task[p->task / 4 % PROC_HASH];

  for (; *pp; pp = &(*pp)->task_next)
    if (*pp == p)
      {
	*pp = p->task_next;
	return;
      }
}

/* A number that is nobody's, nor a group's or session's.  */
static pid_t
free_pid (struct proc_table *t)
{
  pid_t pid = t->last_pid;

  do
    pid = pid >= PROC_MAX_PID ? 2 : pid + 1;
  while (proc_by_pid (t, pid) || pgrp_find (t, pid) || session_find (t, pid));
  t->last_pid = pid;
  return pid;
}

static void
clean_handle (void *object)
{
  struct proc_handle *h = object;

  if (h->proc)
    proc_unref (h->proc);
}

const struct sv_class proc_handle_class =
{
  .name = "process", .clean = clean_handle
};

struct proc_handle *
proc_enter (mach_port_t port)
{
  struct proc_handle *h = sv_lookup (port, &proc_handle_class);
  struct proc *p;
  error_t err = 0;

  if (h == NULL)
    return NULL;
  p = h->proc;
  pthread_mutex_lock (&p->table->lock);
  /* Who has just authenticated may ask before we know who he is.  */
  while (!h->ready && !err)
    err = sv_wait (&p->changed, &p->table->lock, NULL);
  return h;
}

error_t
proc_leave (struct proc_handle *h, error_t err)
{
  pthread_mutex_unlock (&h->proc->table->lock);
  sv_unref (h);
  return err;
}

void
proc_handle_end (struct proc_handle *h)
{
  if (h == NULL)
    return;
  sv_port_destroy (h);
  sv_unref (h);
}

error_t
proc_make (struct proc_table *t, task_t task, pid_t pid, uint64_t handle_id,
	   struct proc **proc)
{
  struct proc *p;
  struct proc **slot;
  error_t err;

  if (pid && proc_by_pid (t, pid))
    return EEXIST;
  p = calloc (1, sizeof *p);
  if (p == NULL)
    return ENOMEM;
  p->table = t;
  p->refs = 2;			/* The table's and the handle's.  */
  err = sv_port_create (t->bucket, &proc_handle_class, sizeof *p->handle,
			handle_id, &p->handle);
  if (err)
    {
      free (p);
      return err;
    }
  p->handle->proc = p;
  p->handle->ready = true;
  pthread_cond_init (&p->changed, NULL);
  p->pid = pid ? pid : free_pid (t);
  p->task = task;

  slot = &t->by_pid[(unsigned int) p->pid % PROC_HASH];
  p->pid_next = *slot;
  *slot = p;
  if (task)
    hash_task (p);
  p->all_next = t->all;
  p->all_prevp = &t->all;
  if (t->all)
    t->all->all_prevp = &p->all_next;
  t->all = p;
  *proc = p;
  return 0;
}

void
proc_remove (struct proc *p)
{
  struct proc **pp = &p->table->by_pid[(unsigned int) p->pid % PROC_HASH];

  if (p->reaped)
    return;
  p->reaped = true;
  for (; *pp; pp = &(*pp)->pid_next)
    if (*pp == p)
      {
	*pp = p->pid_next;
	break;
      }
  if (p->task)
    {
      unhash_task (p);
      mach_port_deallocate (mach_task_self (), p->task);
      p->task = MACH_PORT_NULL;
    }
  *p->all_prevp = p->all_next;
  if (p->all_next)
    p->all_next->all_prevp = p->all_prevp;
  if (p->table->init == p)
    p->table->init = NULL;
  proc_unlink_parent (p);
  pgrp_leave (p);
  proc_drop (p);
}

void
proc_drop (struct proc *p)
{
  if (--p->refs)
    return;
  if (MACH_PORT_VALID (p->msgport))
    mach_port_deallocate (mach_task_self (), p->msgport);
  if (MACH_PORT_VALID (p->namespace))
    mach_port_deallocate (mach_task_self (), p->namespace);
  if (p->login && --p->login->refs == 0)
    free (p->login);
  free (p->ids);
  free (p->exe);
  pthread_cond_destroy (&p->changed);
  free (p);
}

void
proc_unref (struct proc *p)
{
  struct proc_table *t;

  if (p == NULL)
    return;
  t = p->table;
  pthread_mutex_lock (&t->lock);
  proc_drop (p);
  pthread_mutex_unlock (&t->lock);
}

error_t
proc_set_task (struct proc *p, task_t task)
{
  if (proc_by_task (p->table, task))
    return EBADMSG;
  p->task = task;
  hash_task (p);
  return proc_watch_task (p);
}

error_t
proc_exchange_task (struct proc *p, task_t task, struct proc_handle **old)
{
  struct proc *stub = proc_by_task (p->table, task);

  *old = NULL;
  if (stub == p || p->dead)
    return EINVAL;
  if (stub)
    {
      *old = stub->handle;
      stub->handle = NULL;
      stub->dead = true;
      if (MACH_PORT_VALID (stub->msgport))
	{
	  proc_set_msgport (p, stub->msgport);
	  stub->msgport = MACH_PORT_NULL;
	}
      else
	p->deadmsg = true;
      proc_remove (stub);
    }
  unhash_task (p);
  mach_port_deallocate (mach_task_self (), p->task);
  p->task = task;
  hash_task (p);
  return proc_watch_task (p);
}

struct proc *
proc_find_pid (struct proc_table *t, pid_t pid)
{
  struct proc *p;

  pthread_mutex_lock (&t->lock);
  p = proc_by_pid (t, pid);
  if (p)
    p->refs++;
  pthread_mutex_unlock (&t->lock);
  return p;
}

struct proc *
proc_find_task (struct proc_table *t, task_t task)
{
  struct proc *p;

  pthread_mutex_lock (&t->lock);
  p = proc_by_task (t, task);
  if (p)
    p->refs++;
  pthread_mutex_unlock (&t->lock);
  return p;
}

mach_port_t
proc_right (struct proc *p)
{
  mach_port_t right = MACH_PORT_NULL;

  pthread_mutex_lock (&p->table->lock);
  if (p->handle)
    right = sv_port_get_right (p->handle);
  pthread_mutex_unlock (&p->table->lock);
  return right;
}

pid_t
proc_pid (struct proc *p)
{
  return p->pid;
}

error_t
proc_for_each (struct proc_table *t,
	       error_t (*function) (struct proc *proc, task_t task, pid_t pid,
				    void *arg),
	       void *arg)
{
  struct proc **list, *p;
  task_t *tasks;
  size_t n = 0, i;
  error_t err = 0;

  pthread_mutex_lock (&t->lock);
  for (p = t->all; p; p = p->all_next)
    n++;
  list = malloc ((n + 1) * sizeof *list);
  tasks = malloc ((n + 1) * sizeof *tasks);
  n = 0;
  for (p = t->all; list && tasks && p; p = p->all_next)
    if (!p->dead)
      {
	p->refs++;
	sv_right_ref (p->task);
	tasks[n] = p->task;
	list[n++] = p;
      }
  pthread_mutex_unlock (&t->lock);
  if (list == NULL || tasks == NULL)
    err = ENOMEM;
  for (i = 0; i < n; i++)
    {
      if (!err)
	err = function (list[i], tasks[i], list[i]->pid, arg);
      mach_port_deallocate (mach_task_self (), tasks[i]);
      proc_unref (list[i]);
    }
  free (list);
  free (tasks);
  return err;
}
