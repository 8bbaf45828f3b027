/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Startups in an image: programs that run but have not asked yet for their
   arguments, or have and still hold the port.  */

#include <stdlib.h>
#include <string.h>
#include "libexec/internal.h"

#define RIGHTS_MAX	65536	/* Descriptors of a program.  */

struct saving
{
  struct ckpt_image *image;
  struct ckpt_blob *state;
  uint32_t count;
};

static error_t
put_port (struct saving *s, mach_port_t name)
{
  ckpt_port_t port;
  error_t err = ckpt_port_save (s->image, name, &port);

  ckpt_put_u32 (s->state, err ? CKPT_PORT_DEAD : port);
  return err;
}

static error_t
put_ports (struct saving *s, const mach_port_t *names, size_t n)
{
  error_t err = 0;

  ckpt_put_u32 (s->state, n);
  for (size_t i = 0; i < n && !err; i++)
    err = put_port (s, names[i]);
  return err;
}

static error_t
count_one (void *object, void *arg)
{
  const struct exec_startup *e = object;
  struct saving *s = arg;

  s->count += e->ready;
  return 0;
}

static error_t
save_one (void *object, void *arg)
{
  const struct exec_startup *e = object;
  struct saving *s = arg;
  error_t err;

  if (!e->ready)
    return 0;
  ckpt_put_u64 (s->state, e->port.id);
  err = put_port (s, e->task);
  ckpt_put_u32 (s->state, e->user_entry);
  ckpt_put_u32 (s->state, e->phdr);
  ckpt_put_u32 (s->state, e->phdr_size);
  ckpt_put_u32 (s->state, e->stack_base);
  ckpt_put_u32 (s->state, e->stack_size);
  ckpt_put_u32 (s->state, e->flags);
  ckpt_put_bytes (s->state, e->argv, e->argvlen);
  ckpt_put_bytes (s->state, e->envp, e->envplen);
  ckpt_put_u32 (s->state, e->nints);
  for (size_t i = 0; i < e->nints; i++)
    ckpt_put_u32 (s->state, e->ints[i]);
  if (!err)
    err = put_ports (s, e->fds, e->nfds);
  if (!err)
    err = put_ports (s, e->ports, e->nports);
  /* A task that has died just now.  */
  return err == ESRCH ? EAGAIN : err;
}

static error_t
save (void *context, struct ckpt_image *image, struct ckpt_blob *state)
{
  struct saving s = { .image = image, .state = state };
  struct sv_bucket *bucket = exec_startup_bucket ();
  error_t err = 0;

  if (bucket)
    sv_for_each (bucket, &exec_startup_class, count_one, &s);
  ckpt_put_u32 (state, s.count);
  if (bucket)
    err = sv_for_each (bucket, &exec_startup_class, save_one, &s);
  return err ? err : state->error;
}

/* A copy of the bytes that come next; NULL for none.  */
static void *
get_bytes (struct ckpt_reader *r, size_t *len)
{
  const void *data = ckpt_get_bytes (r, len);
  void *copy = NULL;

  if (data == NULL)
    *len = 0;
  else if (*len && (copy = malloc (*len)) != NULL)
    memcpy (copy, data, *len);
  return copy;
}

/* Read the ports that come next; IMAGE is NULL while only objects are made.  */
static error_t
get_ports (struct ckpt_image *image, struct ckpt_reader *r, mach_port_t **names,
	   size_t *n)
{
  uint32_t count = ckpt_get_count (r, 4);
  mach_port_t *list = calloc (count + 1, sizeof *list);
  error_t err = r->error;

  if (list == NULL)
    return ENOMEM;
  if (count > RIGHTS_MAX)
    err = EBADMSG;
  for (uint32_t i = 0; i < count && !err; i++)
    {
      ckpt_port_t port = ckpt_get_u32 (r);
      if (image)
	err = ckpt_port_restore (image, port, &list[i]);
    }
  *names = list;
  *n = count;
  return err ? err : r->error;
}

/* Read one into E; its rights only if there is an IMAGE.  */
static error_t
read_one (struct ckpt_image *image, struct ckpt_reader *r,
	  struct exec_startup *e)
{
  ckpt_port_t task = ckpt_get_u32 (r);
  error_t err = 0;

  if (image)
    err = ckpt_port_restore (image, task, &e->task);
  e->user_entry = ckpt_get_u32 (r);
  e->phdr = ckpt_get_u32 (r);
  e->phdr_size = ckpt_get_u32 (r);
  e->stack_base = ckpt_get_u32 (r);
  e->stack_size = ckpt_get_u32 (r);
  e->flags = ckpt_get_u32 (r);
  e->argv = get_bytes (r, &e->argvlen);
  e->envp = get_bytes (r, &e->envplen);
  e->nints = ckpt_get_count (r, 4);
  e->ints = calloc (e->nints + 1, sizeof *e->ints);
  if (e->ints == NULL || (e->argvlen && e->argv == NULL)
      || (e->envplen && e->envp == NULL))
    return ENOMEM;
  for (size_t i = 0; i < e->nints; i++)
    e->ints[i] = ckpt_get_u32 (r);
  if (!err)
    err = get_ports (image, r, &e->fds, &e->nfds);
  if (!err)
    err = get_ports (image, r, &e->ports, &e->nports);
  return err ? err : r->error;
}

static void
free_one (struct exec_startup *e)
{
  free (e->argv);
  free (e->envp);
  free (e->ints);
  free (e->fds);
  free (e->ports);
}

static error_t
restore_objects (void *context, struct ckpt_image *image,
		 struct ckpt_reader *state)
{
  uint32_t n = ckpt_get_count (state, 8);
  error_t err = state->error;

  for (; n && !err; n--)
    {
      struct exec_startup checked = { 0 }, *e;
      uint64_t id = ckpt_get_u64 (state);

      err = read_one (NULL, state, &checked);
      free_one (&checked);
      /* The reference stands for the task's right until that exists.  */
      if (!err)
	err = sv_port_create (exec_startup_bucket (), &exec_startup_class,
			      sizeof *e, id, &e);
      if (!err)
	e->ready = true;
    }
  return err;
}

static error_t
restore_rights (void *context, struct ckpt_image *image,
		struct ckpt_reader *state)
{
  uint32_t n = ckpt_get_count (state, 8);
  error_t err = state->error;

  for (; n && !err; n--)
    {
      struct exec_startup *e = sv_lookup_id (ckpt_get_u64 (state),
					     &exec_startup_class);
      if (e == NULL)
	return EBADMSG;
      err = read_one (image, state, e);
      sv_unref (e);
      if (!err)
	sv_unref (e);
    }
  return err;
}

struct ckpt_participant exec_participant = {
  .name = "exec", .save = save, .restore_objects = restore_objects,
  .restore_rights = restore_rights
};
