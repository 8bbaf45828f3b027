/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what, and changing who one is.  */

#include <stdlib.h>
#include <string.h>
#include <hurd.h>
#include <hurd/auth.h>
#include "libproc/internal.h"

bool
proc_has_uid (const struct proc *p, uid_t uid)
{
  unsigned int i;

  for (i = 0; p->ids && i < p->ids->nuids; i++)
    if (p->ids->uids[i] == 0 || p->ids->uids[i] == uid)
      return true;
  return false;
}

bool
proc_controls (const struct proc *p, const struct proc *target)
{
  if (p == target || proc_has_uid (p, 0))
    return true;
  return target->owned && proc_has_uid (p, target->owner);
}

kern_return_t
S_proc_setowner (process_t process, uid_t owner, int clear)
{
  struct proc_handle *h = proc_enter (process);
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  if (h->proc->dead)
    err = ESRCH;
  else if (clear)
    h->proc->owned = false;
  else if (!proc_has_uid (h->proc, owner))
    err = EPERM;
  else
    {
      h->proc->owner = owner;
      h->proc->owned = true;
    }
  return proc_leave (h, err);
}

/* Ask the auth server who is at the other side.  */
static error_t
ask_auth (mach_port_t rendezvous, mach_port_t newport, struct fs_ids **ids)
{
  uid_t buf[4][64], *list[4] = { buf[0], buf[1], buf[2], buf[3] };
  mach_msg_type_number_t n[4] = { 64, 64, 64, 64 };
  mach_port_t auth = getauth ();
  struct fs_ids *new;
  int i;
  error_t err;

  err = auth_server_authenticate (auth, rendezvous, MACH_MSG_TYPE_COPY_SEND,
				  newport, MACH_MSG_TYPE_COPY_SEND,
				  &list[0], &n[0], &list[1], &n[1],
				  &list[2], &n[2], &list[3], &n[3]);
  mach_port_deallocate (mach_task_self (), auth);
  if (err)
    return err;
  new = malloc (sizeof *new + (n[0] + n[2]) * sizeof (uid_t));
  if (new)
    {
      new->nuids = n[0];
      new->ngids = n[2];
      new->uids = (uid_t *) (new + 1);
      new->gids = new->uids + n[0];
      memcpy (new->uids, list[0], n[0] * sizeof (uid_t));
      memcpy (new->gids, list[2], n[2] * sizeof (gid_t));
      mach_port_deallocate (mach_task_self (), newport);
    }
  else
    err = ENOMEM;
  for (i = 0; i < 4; i++)
    if (list[i] != buf[i])
      vm_deallocate (mach_task_self (), (vm_address_t) list[i],
		     n[i] * sizeof (uid_t));
  *ids = new;
  return err;
}

/* Make another port for H's process, have its ids told by RENDEZVOUS, and let
   it wait for proc_reauthenticate_complete.  If NEWTASK is not null, the process
   has that task from then on.  */
static error_t
reauthenticate (struct proc_handle *h, mach_port_t rendezvous, task_t newtask)
{
  struct proc *p = h->proc;
  struct proc_table *t = p->table;
  struct proc_handle *new, *stub = NULL;
  struct fs_ids *ids = NULL;
  mach_port_t right;
  error_t err;

  if (p->dead)
    return ESRCH;
  err = sv_port_create (t->bucket, &proc_handle_class, sizeof *new, 0, &new);
  if (err)
    return err;
  new->proc = p;
  p->refs++;
  right = sv_port_get_right (new);
  pthread_mutex_unlock (&t->lock);
  if (t->hooks.authenticate)
    err = t->hooks.authenticate (t->hooks.context, rendezvous, right, &ids);
  else
    err = ask_auth (rendezvous, right, &ids);
  if (err)
    {
      mach_port_deallocate (mach_task_self (), right);
      sv_port_destroy (new);
    }
  pthread_mutex_lock (&t->lock);
  if (!err)
    {
      /* The user has his port, so what fails now cannot be told.  Requests
	 on that port wait until it is ready.  */
      proc_copy_ids (p, ids);
      if (newtask == MACH_PORT_NULL
	  || proc_exchange_task (p, newtask, &stub) == 0)
	newtask = MACH_PORT_NULL;
      new->ready = true;
      pthread_cond_broadcast (&p->changed);
      mach_port_deallocate (mach_task_self (), rendezvous);
      if (newtask != MACH_PORT_NULL)
	mach_port_deallocate (mach_task_self (), newtask);
    }
  pthread_mutex_unlock (&t->lock);
  free (ids);
  proc_handle_end (stub);
  /* From here on it lives as long as the user has the right.  */
  sv_unref (new);
  pthread_mutex_lock (&t->lock);
  return err;
}

kern_return_t
S_proc_reauthenticate (process_t process, mach_port_t rendezvous)
{
  struct proc_handle *h = proc_enter (process);

  if (h == NULL)
    return EOPNOTSUPP;
  return proc_leave (h, reauthenticate (h, rendezvous, MACH_PORT_NULL));
}

kern_return_t
S_proc_reauthenticate_reassign (process_t process, mach_port_t rendezvous,
				mach_port_t new_task)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *stub;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  /* The task must be one before it can be ours.  */
  err = proc_resolve (h->proc->table, new_task, &stub);
  if (!err && stub == h->proc)
    err = EINVAL;
  if (!err)
    err = reauthenticate (h, rendezvous, new_task);
  return proc_leave (h, err);
}

kern_return_t
S_proc_reauthenticate_complete (process_t process)
{
  struct proc_handle *h = proc_enter (process), *old = NULL;
  struct proc *p;
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  p = h->proc;
  if (p->dead || p->handle == h || !h->ready)
    err = EINVAL;
  if (!err)
    {
      old = p->handle;
      p->handle = sv_ref (h);
    }
  pthread_mutex_unlock (&p->table->lock);
  proc_handle_end (old);
  sv_unref (h);
  return err;
}

kern_return_t
S_proc_reassign (process_t process, mach_port_t newtask)
{
  struct proc_handle *h = proc_enter (process), *stub = NULL;
  struct proc *p;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  err = proc_resolve (h->proc->table, newtask, &p);
  if (!err)
    err = proc_exchange_task (h->proc, newtask, &stub);
  pthread_mutex_unlock (&h->proc->table->lock);
  proc_handle_end (stub);
  sv_unref (h);
  return err;
}
