/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table in an image: reading.  save.c must agree.  All that is read is
   checked before it is believed.  */

#include <stdlib.h>
#include <string.h>
#include "libproc/internal.h"
#include "libproc/image.h"

static void
get_usage (struct ckpt_reader *r, struct rusage *u)
{
  uint64_t us = ckpt_get_u64 (r);

  u->ru_utime.tv_sec = us / 1000000;
  u->ru_utime.tv_usec = us % 1000000;
  us = ckpt_get_u64 (r);
  u->ru_stime.tv_sec = us / 1000000;
  u->ru_stime.tv_usec = us % 1000000;
  u->ru_maxrss = ckpt_get_u32 (r);
  u->ru_minflt = ckpt_get_u32 (r);
  u->ru_majflt = ckpt_get_u32 (r);
  u->ru_msgsnd = ckpt_get_u32 (r);
  u->ru_msgrcv = ckpt_get_u32 (r);
}

static error_t
get_ids (struct ckpt_reader *r, struct fs_ids **ids)
{
  uint32_t nuids = ckpt_get_u32 (r), ngids = ckpt_get_u32 (r), i;

  *ids = NULL;
  if (r->error || nuids > 1024 || ngids > 1024)
    return EBADMSG;
  *ids = malloc (sizeof **ids + (nuids + ngids) * sizeof (uid_t));
  if (*ids == NULL)
    return ENOMEM;
  (*ids)->nuids = nuids;
  (*ids)->ngids = ngids;
  (*ids)->uids = (uid_t *) (*ids + 1);
  (*ids)->gids = (*ids)->uids + nuids;
  for (i = 0; i < nuids; i++)
    (*ids)->uids[i] = ckpt_get_u32 (r);
  for (i = 0; i < ngids; i++)
    (*ids)->gids[i] = ckpt_get_u32 (r);
  return r->error;
}

static error_t
get_login (struct ckpt_reader *r, struct proc *p)
{
  const char *name = ckpt_get_string (r);

  if (r->error || name == NULL || strlen (name) >= sizeof (string_t))
    return EBADMSG;
  if (name[0] == 0)
    return 0;
  p->login = malloc (sizeof *p->login + strlen (name) + 1);
  if (p->login == NULL)
    return ENOMEM;
  p->login->refs = 1;
  strcpy (p->login->name, name);
  return 0;
}

/* The rest of P's record, after pid, flags and handle; *PARENT and *PGID are
   for later.  */
static error_t
get_proc (struct ckpt_reader *r, struct proc *p, pid_t *parent, pid_t *pgid)
{
  const char *exe;
  error_t err;

  *parent = ckpt_get_u32 (r);
  *pgid = ckpt_get_u32 (r);
  err = get_login (r, p);
  if (!err)
    err = get_ids (r, &p->ids);
  if (err)
    return err;
  p->owner = ckpt_get_u32 (r);
  p->status = ckpt_get_u32 (r);
  p->sigcode = ckpt_get_u32 (r);
  p->argv = ckpt_get_u32 (r);
  p->envp = ckpt_get_u32 (r);
  p->start_code = ckpt_get_u32 (r);
  p->end_code = ckpt_get_u32 (r);
  p->entry = ckpt_get_u32 (r);
  exe = ckpt_get_string (r);
  if (exe && strlen (exe) >= sizeof (string_t))
    return EBADMSG;
  if (exe && exe[0])
    p->exe = strdup (exe);
  get_usage (r, &p->usage);
  get_usage (r, &p->child_usage);
  p->namespace_pid = ckpt_get_u32 (r);
  p->saved_task = ckpt_get_u32 (r);
  p->saved_msgport = ckpt_get_u32 (r);
  p->saved_namespace = ckpt_get_u32 (r);
  return r->error;
}

static error_t
get_groups (struct proc_table *t, struct ckpt_reader *r)
{
  uint32_t n;
  struct session *s;
  struct pgrp *g;
  error_t err = 0;

  for (n = ckpt_get_u32 (r); n && !err && !r->error; n--)
    {
      pid_t sid = ckpt_get_u32 (r);
      uint64_t id = ckpt_get_u64 (r);
      if (session_find (t, sid))
	return EBADMSG;
      err = session_make (t, sid, &s);
      if (!err && id)
	err = sv_port_create (t->bucket, &proc_sidport_class, sizeof *s->port,
			      id, &s->port);
    }
  for (n = ckpt_get_u32 (r); n && !err && !r->error; n--)
    {
      pid_t pgid = ckpt_get_u32 (r);
      s = session_find (t, ckpt_get_u32 (r));
      if (s == NULL || pgrp_find (t, pgid))
	return EBADMSG;
      err = pgrp_make (t, pgid, s, &g);
      if (!err)
	g->orphaned = ckpt_get_u8 (r);
    }
  return err ? err : r->error;
}

/* Make one process; its parent's pid is left in *PARENT.  */
static error_t
make_proc (struct proc_table *t, struct ckpt_reader *r, pid_t *pid,
	   pid_t *parent)
{
  uint32_t f;
  uint64_t id;
  pid_t pgid;
  struct pgrp *g;
  struct proc *p;
  error_t err;

  *pid = ckpt_get_u32 (r);
  f = ckpt_get_u32 (r);
  id = ckpt_get_u64 (r);
  if (r->error || *pid <= 0 || *pid > PROC_MAX_PID)
    return EBADMSG;
  err = proc_make (t, MACH_PORT_NULL, *pid, id, &p);
  if (err)
    return err == EEXIST ? EBADMSG : err;
#define FLAG(name, bit) p->name = (f & bit) != 0;
  PROC_IMAGE_FLAGS
#undef FLAG
  err = get_proc (r, p, parent, &pgid);
  if (err)
    return err;
  g = pgrp_find (t, pgid);
  if (g)
    pgrp_join (p, g);
  else if (!p->dead)
    return EBADMSG;
  if (p->dead)
    {
      struct proc_handle *h = p->handle;
      p->handle = NULL;
      pthread_mutex_unlock (&t->lock);
      proc_handle_end (h);
      pthread_mutex_lock (&t->lock);
    }
  return 0;
}

static error_t
make_procs (struct proc_table *t, struct ckpt_reader *r)
{
  uint32_t n = ckpt_get_u32 (r), i;
  struct { pid_t pid, parent; } *links;
  error_t err = 0;

  if (r->error || n > PROC_MAX_PID)
    return EBADMSG;
  links = calloc (n + 1, sizeof *links);
  if (links == NULL)
    return ENOMEM;
  for (i = 0; i < n && !err; i++)
    err = make_proc (t, r, &links[i].pid, &links[i].parent);
  for (i = 0; i < n && !err; i++)
    if (links[i].parent)
      {
	struct proc *parent = proc_by_pid (t, links[i].parent), *p;
	p = proc_by_pid (t, links[i].pid);
	/* Nobody is his own ancestor.  */
	if (parent == NULL)
	  err = EBADMSG;
	for (struct proc *a = parent; a && !err; a = a->parent)
	  if (a == p)
	    err = EBADMSG;
	if (!err)
	  proc_link_parent (p, parent);
      }
  free (links);
  return err;
}

static error_t
make_handles (struct proc_table *t, struct ckpt_reader *r)
{
  uint32_t n = ckpt_get_u32 (r);
  error_t err = r->error;

  for (; n && !err; n--)
    {
      uint64_t id = ckpt_get_u64 (r);
      struct proc *p = proc_by_pid (t, ckpt_get_u32 (r));
      struct proc_handle *h;

      if (r->error || p == NULL)
	return EBADMSG;
      err = sv_port_create (t->bucket, &proc_handle_class, sizeof *h, id, &h);
      if (err)
	break;
      h->proc = p;
      h->ready = true;
      p->refs++;
    }
  return err;
}

static error_t
make_excs (struct proc_table *t, struct ckpt_reader *r)
{
  uint32_t n = ckpt_get_u32 (r), i;
  error_t err = r->error;

  for (; n && !err; n--)
    {
      uint64_t id = ckpt_get_u64 (r);
      struct proc *p = proc_by_pid (t, ckpt_get_u32 (r));
      uint32_t flavor = ckpt_get_u32 (r), count = ckpt_get_u32 (r);
      struct proc_exc *e;

      if (r->error || p == NULL || count > PROC_STATE_MAX)
	return EBADMSG;
      err = sv_port_create (t->bucket, &proc_exc_class, sizeof *e, id, &e);
      if (err)
	break;
      e->proc = p;
      p->refs++;
      e->flavor = flavor;
      e->count = count;
      for (i = 0; i < count; i++)
	e->state[i] = ckpt_get_u32 (r);
      e->saved_forward = ckpt_get_u32 (r);
      err = r->error;
    }
  return err;
}

error_t
proc_table_restore_objects (void *table, struct ckpt_image *image,
			    struct ckpt_reader *r)
{
  struct proc_table *t = table;
  pid_t init;
  error_t err;

  pthread_mutex_lock (&t->lock);
  if (t->all)
    err = EBUSY;
  else if (ckpt_get_u32 (r) != PROC_IMAGE_VERSION)
    err = EBADMSG;
  else
    {
      t->last_pid = ckpt_get_u32 (r);
      init = ckpt_get_u32 (r);
      err = get_groups (t, r);
      if (!err)
	err = make_procs (t, r);
      if (!err)
	err = make_handles (t, r);
      if (!err)
	err = make_excs (t, r);
      if (!err && init)
	t->init = proc_by_pid (t, init);
    }
  pthread_mutex_unlock (&t->lock);
  return err;
}

static error_t
get_port (struct ckpt_image *image, ckpt_port_t port, mach_port_t *name)
{
  *name = MACH_PORT_NULL;
  if (port == CKPT_PORT_NULL || port == CKPT_PORT_DEAD)
    return 0;
  return ckpt_port_restore (image, port, name);
}

/* Give P the rights that it had.  */
static error_t
restore_proc (struct proc *p, struct ckpt_image *image)
{
  mach_port_t right;
  error_t err = 0;

  if (!p->dead)
    {
      err = get_port (image, p->saved_task, &right);
      /* An environment's init has none.  */
      if (!err && right == MACH_PORT_NULL)
	err = p->saved_task == CKPT_PORT_NULL && p == p->table->init
	  ? 0 : EBADMSG;
      else if (!err)
	err = proc_set_task (p, right);
    }
  if (!err)
    err = get_port (image, p->saved_msgport, &right);
  if (!err && right != MACH_PORT_NULL)
    proc_set_msgport (p, right);
  if (!err)
    err = get_port (image, p->saved_namespace, &p->namespace);
  return err;
}

struct restoring
{
  struct proc_table *table;
  struct ckpt_image *image;
};

/* The reference with which a port was made stood for the rights that tasks hold
   now.  */
static error_t
restore_handle (void *object, void *arg)
{
  struct proc_handle *h = object;
  struct restoring *s = arg;

  if (h->proc->table == s->table && h->proc->handle != h)
    sv_unref (h);
  return 0;
}

static error_t
restore_exc (void *object, void *arg)
{
  struct proc_exc *e = object;
  struct restoring *s = arg;
  error_t err;

  if (e->proc->table != s->table)
    return 0;
  err = get_port (s->image, e->saved_forward, &e->forward);
  if (!err)
    sv_unref (e);
  return err;
}

error_t
proc_table_restore_rights (void *table, struct ckpt_image *image,
			   struct ckpt_reader *state)
{
  struct proc_table *t = table;
  struct restoring s = { t, image };
  struct proc *p;
  error_t err = 0;

  pthread_mutex_lock (&t->lock);
  for (p = t->all; p && !err; p = p->all_next)
    err = restore_proc (p, image);
  pthread_mutex_unlock (&t->lock);
  if (!err)
    err = sv_for_each (t->bucket, &proc_handle_class, restore_handle, &s);
  if (!err)
    err = sv_for_each (t->bucket, &proc_exc_class, restore_exc, &s);
  return err;
}
