/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that tasks of the environment have sent to us and that are not answered
   yet.

   A thread that waits for the answer to its own request sends it again after a
   restore.  But `select' sends several, and waits for any answer: those we
   remember, and send to ourselves.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define BODY_MAX	1024

enum { PENDING_END, PENDING_ONCE, PENDING_SEND };

/* One that is to be sent again.  */
struct pending
{
  struct pending *next;
  mach_port_t reply;
  bool send;			/* That is a send right, else a send-once one.  */
  uint64_t target;
  mach_msg_header_t *message;
};

static struct pending *list;

struct saving
{
  struct ckpt_image *image;
  struct ckpt_blob *state;
};

static error_t
save_one (void *arg, struct sv_port *port, const mach_msg_header_t *request,
	  mach_port_t reply)
{
  struct saving *s = arg;
  ckpt_port_t p;
  if (request->msgh_bits & MACH_MSGH_BITS_COMPLEX
      || request->msgh_size > BODY_MAX
      || request->msgh_size < sizeof *request)
    return 0;
  /* libc's select gives a send right, others a send-once right.  */
  bool send = (MACH_MSGH_BITS_REMOTE (request->msgh_bits)
	       == MACH_MSG_TYPE_PORT_SEND);
  if ((send ? ckpt_port_save : ckpt_once_save) (s->image, reply, &p)
      || p == CKPT_PORT_DEAD || ckpt_is_awaited (s->image, p))
    return 0;
  ckpt_put_u8 (s->state, send ? PENDING_SEND : PENDING_ONCE);
  ckpt_put_u64 (s->state, port->id);
  ckpt_put_u32 (s->state, p);
  ckpt_put_u32 (s->state, request->msgh_id);
  ckpt_put_bytes (s->state, request + 1, request->msgh_size - sizeof *request);
  return 0;
}

static error_t
save_pending (void *context, struct ckpt_image *image,
	      struct ckpt_blob *state)
{
  struct saving s = { image, state };
  error_t err;
  ckpt_put_u32 (state, 1);	/* The version of what follows.  */
  err = sv_for_each_parked (conductor.config.bucket, save_one, &s);
  ckpt_put_u8 (state, PENDING_END);
  return err;
}

/* Read one; IMAGE is NULL when it is only checked.  */
static error_t
restore_one (struct ckpt_image *image, struct ckpt_reader *r, bool send)
{
  size_t len;
  uint64_t target = ckpt_get_u64 (r);
  uint32_t port = ckpt_get_u32 (r), id = ckpt_get_u32 (r);
  const void *body = ckpt_get_bytes (r, &len);

  if (r->error || len > BODY_MAX || len % 4)
    return EBADMSG;
  if (image == NULL)
    return 0;
  struct pending *p = calloc (1, sizeof *p);
  mach_msg_header_t *m = calloc (1, sizeof *m + len);
  error_t err = p && m ? 0 : ENOMEM;
  if (err == 0)
    err = (send ? ckpt_port_restore : ckpt_once_restore) (image, port,
							  &p->reply);
  if (err)
    {
      free (p);
      free (m);
      return err;
    }
  m->msgh_size = sizeof *m + len;
  m->msgh_id = id;
  memcpy (m + 1, body, len);
  p->send = send;
  p->target = target;
  p->message = m;
  p->next = list;
  list = p;
  return 0;
}

static error_t
restore_all (struct ckpt_image *image, struct ckpt_reader *r)
{
  error_t err = ckpt_get_u32 (r) == 1 ? 0 : ENOTSUP;
  while (!err)
    {
      uint8_t kind = ckpt_get_u8 (r);
      if (kind == PENDING_END)
	return r->error;
      err = (kind > PENDING_SEND ? EBADMSG
	     : restore_one (image, r, kind == PENDING_SEND));
    }
  return err;
}

static error_t
check_pending (void *context, struct ckpt_image *image,
	       struct ckpt_reader *r)
{
  return restore_all (NULL, r);
}

static error_t
restore_pending (void *context, struct ckpt_image *image,
		 struct ckpt_reader *r)
{
  return restore_all (image, r);
}

struct ckpt_participant conductor_pending_participant =
{
  .name = "requests", .save = save_pending, .restore_objects = check_pending,
  .restore_rights = restore_pending,
};

void
conductor_send_pending (void *arg)
{
  while (list)
    {
      struct pending *p = list;
      struct sv_port *port = sv_lookup_id (p->target, NULL);
      mach_msg_header_t *m = p->message;
      list = p->next;
      m->msgh_remote_port = port ? sv_port_get_right (port) : MACH_PORT_NULL;
      m->msgh_local_port = p->reply;
      m->msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_MOVE_SEND,
				     p->send ? MACH_MSG_TYPE_MOVE_SEND
				     : MACH_MSG_TYPE_MOVE_SEND_ONCE);
      if (!MACH_PORT_VALID (m->msgh_remote_port)
	  || mach_msg (m, MACH_SEND_MSG, m->msgh_size, 0, MACH_PORT_NULL, 0,
		       MACH_PORT_NULL))
	mach_port_deallocate (mach_task_self (), p->reply);
      sv_unref (port);
      free (m);
      free (p);
    }
}
