/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table in an image: writing.  read.c must agree.  */

#include "libproc/internal.h"
#include "libproc/image.h"

static uint32_t
flags (const struct proc *p)
{
  uint32_t f = 0;

#define FLAG(name, bit) if (p->name) f |= bit;
  PROC_IMAGE_FLAGS
#undef FLAG
  return f;
}

static void
put_usage (struct ckpt_blob *b, const struct rusage *u)
{
  ckpt_put_u64 (b, u->ru_utime.tv_sec * 1000000ULL + u->ru_utime.tv_usec);
  ckpt_put_u64 (b, u->ru_stime.tv_sec * 1000000ULL + u->ru_stime.tv_usec);
  ckpt_put_u32 (b, u->ru_maxrss);
  ckpt_put_u32 (b, u->ru_minflt);
  ckpt_put_u32 (b, u->ru_majflt);
  ckpt_put_u32 (b, u->ru_msgsnd);
  ckpt_put_u32 (b, u->ru_msgrcv);
}

static error_t
put_port (struct ckpt_image *image, struct ckpt_blob *b, mach_port_t name)
{
  ckpt_port_t port = CKPT_PORT_NULL;
  error_t err = 0;

  if (name == MACH_PORT_DEAD)
    port = CKPT_PORT_DEAD;
  else if (name != MACH_PORT_NULL)
    err = ckpt_port_save (image, name, &port);
  ckpt_put_u32 (b, port);
  return err;
}

static bool
is_dead (mach_port_t name)
{
  mach_port_type_t type;
  return (MACH_PORT_VALID (name)
	  && (mach_port_type (mach_task_self (), name, &type)
	      || type & MACH_PORT_TYPE_DEAD_NAME));
}

static void
put_ids (struct ckpt_blob *b, const struct fs_ids *ids)
{
  unsigned int i;

  ckpt_put_u32 (b, ids ? ids->nuids : 0);
  ckpt_put_u32 (b, ids ? ids->ngids : 0);
  for (i = 0; ids && i < ids->nuids; i++)
    ckpt_put_u32 (b, ids->uids[i]);
  for (i = 0; ids && i < ids->ngids; i++)
    ckpt_put_u32 (b, ids->gids[i]);
}

static error_t
put_proc (struct ckpt_image *image, struct ckpt_blob *b, struct proc *p)
{
  error_t err;

  ckpt_put_u32 (b, p->pid);
  ckpt_put_u32 (b, flags (p));
  ckpt_put_u64 (b, p->handle ? p->handle->port.id : 0);
  ckpt_put_u32 (b, p->parent ? p->parent->pid : 0);
  ckpt_put_u32 (b, p->pgrp ? p->pgrp->pgid : 0);
  ckpt_put_string (b, p->login ? p->login->name : NULL);
  put_ids (b, p->ids);
  ckpt_put_u32 (b, p->owner);
  ckpt_put_u32 (b, p->status);
  ckpt_put_u32 (b, p->sigcode);
  ckpt_put_u32 (b, p->argv);
  ckpt_put_u32 (b, p->envp);
  ckpt_put_u32 (b, p->start_code);
  ckpt_put_u32 (b, p->end_code);
  ckpt_put_u32 (b, p->entry);
  ckpt_put_string (b, p->exe);
  put_usage (b, &p->usage);
  put_usage (b, &p->child_usage);
  ckpt_put_u32 (b, p->namespace_pid);
  /* One that has died, and we have not heard of it yet; or is not known to be of
     the environment yet: the next moment is better.  */
  if (!p->dead && is_dead (p->task))
    return EAGAIN;
  err = put_port (image, b, p->task);
  if (err == ESRCH)
    return EAGAIN;
  if (!err)
    err = put_port (image, b, p->msgport);
  if (!err)
    err = put_port (image, b, p->namespace);
  return err;
}

struct saving
{
  struct proc_table *table;
  struct ckpt_image *image;
  struct ckpt_blob *b;
  uint32_t n;
  bool count;
};

/* A process port that is not its process' own yet.  */
static error_t
save_handle (void *object, void *arg)
{
  struct proc_handle *h = object;
  struct saving *s = arg;

  if (h->proc->table != s->table || h->proc->handle == h || h->proc->dead
      || h->proc->reaped || !h->ready)
    return 0;
  s->n++;
  if (s->count)
    return 0;
  ckpt_put_u64 (s->b, h->port.id);
  ckpt_put_u32 (s->b, h->proc->pid);
  return 0;
}

static error_t
save_exc (void *object, void *arg)
{
  struct proc_exc *e = object;
  struct saving *s = arg;
  unsigned int i;
  error_t err;

  if (e->proc->table != s->table || e->proc->dead)
    return 0;
  s->n++;
  if (s->count)
    return 0;
  ckpt_put_u64 (s->b, e->port.id);
  ckpt_put_u32 (s->b, e->proc->pid);
  ckpt_put_u32 (s->b, e->flavor);
  ckpt_put_u32 (s->b, e->count);
  for (i = 0; i < e->count; i++)
    ckpt_put_u32 (s->b, e->state[i]);
  err = put_port (s->image, s->b, e->forward);
  return err;
}

/* Write how many FUNCTION saves of CLASS, and them.  */
static error_t
save_class (struct saving *s, const struct sv_class *class,
	    error_t (*function) (void *, void *))
{
  s->n = 0;
  s->count = true;
  sv_for_each (s->table->bucket, class, function, s);
  ckpt_put_u32 (s->b, s->n);
  s->count = false;
  return sv_for_each (s->table->bucket, class, function, s);
}

static void
save_groups (struct proc_table *t, struct ckpt_blob *b)
{
  struct session *s;
  struct pgrp *g;
  uint32_t n = 0;

  for (s = t->sessions; s; s = s->next)
    n++;
  ckpt_put_u32 (b, n);
  for (s = t->sessions; s; s = s->next)
    {
      ckpt_put_u32 (b, s->sid);
      ckpt_put_u64 (b, s->port ? s->port->port.id : 0);
    }
  for (n = 0, g = t->pgrps; g; g = g->next)
    n++;
  ckpt_put_u32 (b, n);
  for (g = t->pgrps; g; g = g->next)
    {
      ckpt_put_u32 (b, g->pgid);
      ckpt_put_u32 (b, g->session->sid);
      ckpt_put_u8 (b, g->orphaned);
    }
}

error_t
proc_table_save (void *table, struct ckpt_image *image,
		 struct ckpt_blob *state)
{
  struct proc_table *t = table;
  struct saving s = { .table = t, .image = image, .b = state };
  uint32_t n = 0;
  struct proc *p;
  error_t err = 0;

  /* No handler runs: the lock is free, and taking it would only get in the way
     of the references that sv_for_each drops.  */
  ckpt_put_u32 (state, PROC_IMAGE_VERSION);
  ckpt_put_u32 (state, t->last_pid);
  ckpt_put_u32 (state, t->init ? t->init->pid : 0);
  save_groups (t, state);
  for (p = t->all; p; p = p->all_next)
    n++;
  ckpt_put_u32 (state, n);
  for (p = t->all; p && !err; p = p->all_next)
    err = put_proc (image, state, p);
  if (!err)
    err = save_class (&s, &proc_handle_class, save_handle);
  if (!err)
    err = save_class (&s, &proc_exc_class, save_exc);
  return err ? err : state->error;
}
