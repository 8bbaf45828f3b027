/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that tasks of the environment have sent to us and that are not answered
   yet.

   A thread that waits for the answer to its own request sends it again after a
   restore.  But `select' sends several, and waits for any answer; and who has sent
   io_reauthenticate, which has none, waits for the auth server.  Such requests we
   remember, and send to ourselves.

   The state is a u32 version, then for each: u8 kind; u64 id of the port it was sent to;
   u32 the port for the answer (0: none); u32 the request's number; its body; and for each
   right in that, u32 the port.  Then u8 PENDING_END.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define BODY_MAX	1024
#define STATE_VERSION	2

/* How it is to be answered: with a send-once or a send right, or not at all.  */
enum { PENDING_END, PENDING_ONCE, PENDING_SEND, PENDING_SILENT };

/* A right in the body of a request that has nothing else.  */
struct right
{
  mach_msg_type_t type;
  mach_port_t name;
};

/* How many of them the LEN bytes at BODY are, if that is all there is; else -1.  */
static int
count_rights (const void *body, size_t len)
{
  const struct right *r = body;
  size_t n = len / sizeof *r;

  for (size_t i = 0; i < n; i++)
    if (r[i].type.msgt_name != MACH_MSG_TYPE_PORT_SEND || r[i].type.msgt_size != 32
	|| r[i].type.msgt_number != 1 || !r[i].type.msgt_inline
	|| r[i].type.msgt_longform)
      return -1;
  return n && len % sizeof *r == 0 ? (int) n : -1;
}

/* One that is to be sent again.  */
struct pending
{
  struct pending *next;
  mach_port_t reply;
  uint8_t kind;
  uint64_t target;
  mach_msg_header_t *message;
};

static struct pending *list;

struct saving
{
  struct ckpt_image *image;
  struct ckpt_blob *state;
};

/* The port REPLY, on which REQUEST is to be answered, as *PORT.  PENDING_END: nobody will ask
   again, or who asked will do so.  */
static uint8_t
answer_to (struct ckpt_image *image, const mach_msg_header_t *request,
	   mach_port_t reply, ckpt_port_t *port)
{
  bool complex = request->msgh_bits & MACH_MSGH_BITS_COMPLEX;

  *port = CKPT_PORT_NULL;
  if (reply == MACH_PORT_NULL && complex)
    return PENDING_SILENT;
  if (!MACH_PORT_VALID (reply) || complex)
    return PENDING_END;
  /* libc's select gives a send right, others a send-once right.  */
  bool send = (MACH_MSGH_BITS_REMOTE (request->msgh_bits)
	       == MACH_MSG_TYPE_PORT_SEND);
  if ((send ? ckpt_port_save : ckpt_once_save) (image, reply, port)
      || *port == CKPT_PORT_DEAD || ckpt_is_awaited (image, *port))
    return PENDING_END;
  return send ? PENDING_SEND : PENDING_ONCE;
}

static error_t
save_one (void *arg, struct sv_port *port, const mach_msg_header_t *request,
	  mach_port_t reply)
{
  struct saving *s = arg;
  const struct right *rights = (const struct right *) (request + 1);
  ckpt_port_t p, ports[BODY_MAX / sizeof *rights];

  if (request->msgh_size > sizeof *request + BODY_MAX
      || request->msgh_size < sizeof *request)
    return 0;
  uint8_t kind = answer_to (s->image, request, reply, &p);
  size_t len = request->msgh_size - sizeof *request;
  int n = kind == PENDING_SILENT ? count_rights (rights, len) : 0;
  if (kind == PENDING_END || n < 0)
    return 0;
  for (int i = 0; i < n; i++)
    if (ckpt_port_save (s->image, rights[i].name, &ports[i])
	|| ports[i] == CKPT_PORT_DEAD)
      return 0;
  ckpt_put_u8 (s->state, kind);
  ckpt_put_u64 (s->state, port->id);
  ckpt_put_u32 (s->state, p);
  ckpt_put_u32 (s->state, request->msgh_id);
  ckpt_put_bytes (s->state, rights, len);
  for (int i = 0; i < n; i++)
    ckpt_put_u32 (s->state, ports[i]);
  return 0;
}

static error_t
save_pending (void *context, struct ckpt_image *image,
	      struct ckpt_blob *state)
{
  struct saving s = { image, state };
  error_t err;
  ckpt_put_u32 (state, STATE_VERSION);
  err = sv_for_each_parked (conductor.config.bucket, save_one, &s);
  ckpt_put_u8 (state, PENDING_END);
  return err;
}

/* Give up P.  */
static void
release (struct pending *p)
{
  struct right *rights = (struct right *) (p->message + 1);
  size_t n = (p->kind == PENDING_SILENT
	      ? (p->message->msgh_size - sizeof *p->message) / sizeof *rights : 0);

  for (size_t i = 0; i < n; i++)
    if (MACH_PORT_VALID (rights[i].name))
      mach_port_deallocate (mach_task_self (), rights[i].name);
  if (MACH_PORT_VALID (p->reply))
    mach_port_deallocate (mach_task_self (), p->reply);
  free (p->message);
  free (p);
}

/* Get the rights of P, which R has next.  */
static error_t
restore_rights (struct ckpt_image *image, struct ckpt_reader *r,
		struct pending *p, ckpt_port_t answer)
{
  struct right *rights = (struct right *) (p->message + 1);
  size_t n = (p->message->msgh_size - sizeof *p->message) / sizeof *rights;
  error_t err = 0;

  if (p->kind != PENDING_SILENT)
    return (p->kind == PENDING_SEND ? ckpt_port_restore
	    : ckpt_once_restore) (image, answer, &p->reply);
  for (size_t i = 0; i < n; i++)
    rights[i].name = MACH_PORT_NULL;
  for (size_t i = 0; !err && i < n; i++)
    {
      ckpt_port_t port = ckpt_get_u32 (r);
      err = r->error ?: ckpt_port_restore (image, port, &rights[i].name);
    }
  return err;
}

/* Read one; IMAGE is NULL when it is only checked.  */
static error_t
restore_one (struct ckpt_image *image, struct ckpt_reader *r, uint8_t kind)
{
  size_t len;
  uint64_t target = ckpt_get_u64 (r);
  uint32_t port = ckpt_get_u32 (r), id = ckpt_get_u32 (r);
  const void *body = ckpt_get_bytes (r, &len);

  if (r->error || len > BODY_MAX || len % 4)
    return EBADMSG;
  int n = kind == PENDING_SILENT ? count_rights (body, len) : 0;
  if (n < 0)
    return EBADMSG;
  if (image == NULL)
    {
      for (int i = 0; i < n; i++)
	ckpt_get_u32 (r);
      return r->error;
    }
  struct pending *p = calloc (1, sizeof *p);
  mach_msg_header_t *m = calloc (1, sizeof *m + len);
  if (p == NULL || m == NULL)
    {
      free (p);
      free (m);
      return ENOMEM;
    }
  m->msgh_size = sizeof *m + len;
  m->msgh_id = id;
  memcpy (m + 1, body, len);
  p->kind = kind;
  p->target = target;
  p->message = m;
  error_t err = restore_rights (image, r, p, port);
  if (err)
    {
      release (p);
      return err;
    }
  p->next = list;
  list = p;
  return 0;
}

static error_t
restore_all (struct ckpt_image *image, struct ckpt_reader *r)
{
  error_t err = ckpt_get_u32 (r) == STATE_VERSION ? 0 : ENOTSUP;
  while (!err)
    {
      uint8_t kind = ckpt_get_u8 (r);
      if (kind == PENDING_END)
	return r->error;
      err = kind > PENDING_SILENT ? EBADMSG : restore_one (image, r, kind);
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
  static const mach_msg_bits_t answers[] =
  {
    [PENDING_ONCE] = MACH_MSGH_BITS (MACH_MSG_TYPE_MOVE_SEND,
				     MACH_MSG_TYPE_MOVE_SEND_ONCE),
    [PENDING_SEND] = MACH_MSGH_BITS (MACH_MSG_TYPE_MOVE_SEND,
				     MACH_MSG_TYPE_MOVE_SEND),
    [PENDING_SILENT] = (MACH_MSGH_BITS (MACH_MSG_TYPE_MOVE_SEND, 0)
			| MACH_MSGH_BITS_COMPLEX),
  };

  while (list)
    {
      struct pending *p = list;
      struct sv_port *port = sv_lookup_id (p->target, NULL);
      mach_msg_header_t *m = p->message;
      list = p->next;
      m->msgh_remote_port = port ? sv_port_get_right (port) : MACH_PORT_NULL;
      m->msgh_local_port = p->reply;
      m->msgh_bits = answers[p->kind];
      if (!MACH_PORT_VALID (m->msgh_remote_port)
	  || mach_msg (m, MACH_SEND_MSG, m->msgh_size, 0, MACH_PORT_NULL, 0,
		       MACH_PORT_NULL))
	release (p);
      else
	{
	  free (m);
	  free (p);
	}
      sv_unref (port);
    }
}
