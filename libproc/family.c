/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parents and children.  */

#include <stdlib.h>
#include <string.h>
#include "libproc/internal.h"

void
proc_unlink_parent (struct proc *p)
{
  if (p->parent == NULL)
    return;
  *p->sib_prevp = p->sib_next;
  if (p->sib_next)
    p->sib_next->sib_prevp = p->sib_prevp;
  p->parent = NULL;
}

void
proc_link_parent (struct proc *p, struct proc *parent)
{
  proc_unlink_parent (p);
  if (parent == p || parent == NULL)
    return;
  p->parent = parent;
  p->sib_next = parent->children;
  p->sib_prevp = &parent->children;
  if (p->sib_next)
    p->sib_next->sib_prevp = &p->sib_next;
  parent->children = p;
}

void
proc_orphan_children (struct proc *p)
{
  struct proc *init = p->table->init, *c;

  if (init == p || (init && init->dead))
    init = NULL;
  /* An init without a task is a parent that never waits.  */
  bool waits = init && init->task != MACH_PORT_NULL;
  while ((c = p->children))
    {
      proc_link_parent (c, init);
      if (!waits)
	c->parentset = false;
      if (c->dead)
	{
	  if (waits)
	    proc_tell_parent (c, true, CLD_EXITED);
	  else
	    proc_remove (c);	/* Nobody will ever wait for it.  */
	}
      else
	proc_post_newids (c);
    }
}

error_t
proc_copy_ids (struct proc *p, const struct fs_ids *ids)
{
  struct fs_ids *new;

  new = malloc (sizeof *new + (ids->nuids + ids->ngids) * sizeof (uid_t));
  if (new == NULL)
    return ENOMEM;
  *new = *ids;
  new->uids = (uid_t *) (new + 1);
  new->gids = new->uids + ids->nuids;
  if (ids->nuids)
    memcpy (new->uids, ids->uids, ids->nuids * sizeof (uid_t));
  if (ids->ngids)
    memcpy (new->gids, ids->gids, ids->ngids * sizeof (gid_t));
  free (p->ids);
  p->ids = new;
  p->owned = new->nuids > 0;
  p->owner = p->owned ? new->uids[0] : 0;
  return 0;
}

error_t
proc_set_ids (struct proc *p, const struct fs_ids *ids)
{
  error_t err;

  pthread_mutex_lock (&p->table->lock);
  err = proc_copy_ids (p, ids);
  pthread_mutex_unlock (&p->table->lock);
  return err;
}

error_t
proc_adopt (struct proc *child, struct proc *parent)
{
  error_t err = 0;

  if (child->parentset || child == parent)
    return EBUSY;
  if (parent->ids)
    err = proc_copy_ids (child, parent->ids);
  if (err)
    return err;
  child->parentset = true;
  child->owner = parent->owner;
  child->owned = parent->owned;
  child->loginleader = false;
  if (child->login && --child->login->refs == 0)
    free (child->login);
  child->login = parent->login;
  if (child->login)
    child->login->refs++;
  if (child->namespace == MACH_PORT_NULL && parent->namespace)
    {
      sv_right_ref (parent->namespace);
      child->namespace = parent->namespace;
      child->namespace_pid = parent->namespace_pid;
      /* Where the kernel tells of new tasks it is known already.  */
      proc_tell_owner (child, parent->task);
    }
  pgrp_join (child, parent->pgrp);
  proc_link_parent (child, parent);
  pgrp_check_orphans (child->table, true);
  return 0;
}

error_t
proc_set_parent (struct proc *child, struct proc *parent)
{
  error_t err;

  pthread_mutex_lock (&child->table->lock);
  err = child->dead || parent->dead ? ESRCH : proc_adopt (child, parent);
  pthread_mutex_unlock (&child->table->lock);
  return err;
}

void
proc_set_init (struct proc *p)
{
  pthread_mutex_lock (&p->table->lock);
  p->table->init = p;
  pthread_mutex_unlock (&p->table->lock);
}

kern_return_t
S_proc_child (process_t process, mach_port_t child)
{
  struct proc_handle *h = proc_enter (process);
  struct proc *c;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  err = h->proc->dead ? ESRCH : proc_resolve (h->proc->table, child, &c);
  if (!err)
    err = h->proc->dead ? ESRCH : proc_adopt (c, h->proc);
  if (!err)
    mach_port_deallocate (mach_task_self (), child);
  return proc_leave (h, err);
}
