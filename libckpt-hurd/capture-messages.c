/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages in the queues of the environment.

   The receive right is moved to us, with its queue, and the messages are received.
   A receive right found in one of them is a port of the environment, too, and its
   queue is dealt with in the same way.  When all ports are known the messages
   are recorded.  In the end they are sent again in their order, the right is put
   back under its name, and what the move has reset is set again.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define EXCEPTION_ID	2400	/* Of exception_raise.  */
#define MESSAGE_SIZE	(64 * 1024) /* Longer ones make the buffer grow.  */

struct queued
{
  struct queued *next;
  mach_msg_header_t header;	/* And the rest.  */
};

/* A port whose receive right and messages we have.  */
struct cap_queue
{
  uint32_t port;		/* In the image, plus 1.  */
  mach_port_t right;
  struct queued *list;
};

void
cap_where (const struct ckpt_image *image, uint32_t port, task_t *space,
	   mach_port_t *name)
{
  const struct ci_port *p = &image->ci.ports[port - 1];
  for (uint32_t i = 0; i < image->nqueues; i++)
    if (image->queues[i].port == port)
      {
	*space = mach_task_self ();
	*name = image->queues[i].right;
	return;
      }
  *space = image->tasks[p->index].task;
  *name = p->name;
}

/* The kind of right that the received disposition TYPE is.  */
static uint8_t
right_type (unsigned int type)
{
  switch (type)
    {
    case MACH_MSG_TYPE_PORT_RECEIVE:
      return CI_RIGHT_RECEIVE;
    case MACH_MSG_TYPE_PORT_SEND:
      return CI_RIGHT_SEND;
    case MACH_MSG_TYPE_PORT_SEND_ONCE:
      return CI_RIGHT_SEND_ONCE;
    default:
      return 0;
    }
}

static bool
is_port_type (unsigned int type)
{
  return (type >= MACH_MSG_TYPE_MOVE_RECEIVE
	  && type <= MACH_MSG_TYPE_MAKE_SEND_ONCE);
}

/* Where the data of what WALK stands at is: in the message with BODY or out of
   line.  */
static void *
item_data (const struct msg_walk *walk, const uint8_t *body)
{
  void *data = (void *) (body + walk->data);
  if (!walk->in_line)
    memcpy (&data, body + walk->data, sizeof data);
  return data;
}

/* Receive all that is in the queue of RIGHT.  */
static error_t
drain (mach_port_t right, struct queued **list)
{
  struct queued **tail = list;
  size_t size = MESSAGE_SIZE;
  mach_msg_header_t *h = malloc (size);
  error_t err = h ? 0 : ENOMEM;

  while (err == 0)
    {
      err = mach_msg (h, MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACH_RCV_LARGE, 0,
		      size, right, 0, MACH_PORT_NULL);
      if (err == MACH_RCV_TOO_LARGE)
	{
	  size = h->msgh_size + 4096;
	  void *larger = realloc (h, size);
	  err = larger ? 0 : ENOMEM;
	  h = larger ? larger : h;
	  continue;
	}
      if (err)
	break;
      struct queued *q = malloc (sizeof *q + h->msgh_size);
      if (q == NULL)
	{
	  mach_msg_destroy (h);
	  err = ENOMEM;
	  break;
	}
      q->next = NULL;
      memcpy (&q->header, h, h->msgh_size);
      *tail = q;
      tail = &q->next;
    }
  free (h);
  return err == MACH_RCV_TIMED_OUT ? 0 : err;
}

/* Enter the receive right NAME of ours, which was in a message.  */
static error_t
add_in_flight (struct ckpt_image *image, mach_port_t name)
{
  uint32_t port;
  error_t err = cap_add_receive (image, mach_task_self (), name, false, &port);
  if (err)
    return err;
  image->ci.ports[port - 1].index = CI_IN_MESSAGE;
  image->ci.ports[port - 1].name = 0;
  image->ci.ports[port - 1].set = 0;
  struct cap_queue *q = ci_append (&image->queues, &image->nqueues, sizeof *q);
  if (q == NULL)
    return ENOMEM;
  q->port = port;
  q->right = name;
  return cap_map_put (image, name, port);
}

/* Enter the receive rights that the message H carries.  */
static error_t
find_receives (struct ckpt_image *image, const mach_msg_header_t *h)
{
  const uint8_t *body = (const uint8_t *) (h + 1);
  struct msg_walk walk = { .body = body, .len = h->msgh_size - sizeof *h };
  error_t err = 0;

  if (!(h->msgh_bits & MACH_MSGH_BITS_COMPLEX))
    return 0;
  while (err == 0 && (err = msg_next (&walk)) == 0)
    if (walk.name == MACH_MSG_TYPE_PORT_RECEIVE)
      {
	const mach_port_t *names = item_data (&walk, body);
	for (size_t i = 0; err == 0 && i < walk.number; i++)
	  if (MACH_PORT_VALID (names[i]))
	    err = add_in_flight (image, names[i]);
      }
  return err == ENOENT ? 0 : err;
}

/* Take the messages of PORT.  */
static error_t
take_queue (struct ckpt_image *image, uint32_t port)
{
  struct ci_port p = image->ci.ports[port - 1];
  struct cap_queue *q = NULL;
  mach_port_t space, name;
  mach_msg_type_name_t type;
  error_t err = 0;

  cap_where (image, port, &space, &name);
  if (p.index != CI_IN_MESSAGE)
    {
      q = ci_append (&image->queues, &image->nqueues, sizeof *q);
      if (q == NULL)
	return ENOMEM;
      err = mach_port_extract_right (space, name, MACH_MSG_TYPE_MOVE_RECEIVE,
				     &q->right, &type);
      if (err)
	{
	  image->nqueues--;
	  return err;
	}
      q->port = port;
    }
  for (uint32_t i = 0; i < image->nqueues; i++)
    if (image->queues[i].port == port)
      q = &image->queues[i];
  err = mach_port_set_qlimit (mach_task_self (), q->right,
			      MACH_PORT_QLIMIT_MAX);
  error_t e = drain (q->right, &q->list);
  err = err ? err : e;
  struct queued *m = q->list;
  for (; err == 0 && m; m = m->next)
    err = find_receives (image, &m->header);
  return err;
}

error_t
cap_drain (struct ckpt_image *image)
{
  error_t err = 0;
  /* More are found as we go.  */
  for (uint32_t i = 0; err == 0 && i < image->nfilled; i++)
    err = take_queue (image, image->filled[i]);
  return err;
}

/* Which port is the right NAME, which came with a message?  */
static uint32_t
find_right (struct ckpt_image *image, mach_port_t name, uint8_t type,
	    uint32_t where, bool exception)
{
  if (!MACH_PORT_VALID (name))
    return 0;
  uint32_t port = (type == CI_RIGHT_SEND_ONCE
		   ? cap_identify_once (image, mach_task_self (), name, false)
		   : cap_identify (image, name));
  if (port == 0 && exception && type == CI_RIGHT_SEND_ONCE)
    port = cap_exception (image, mach_task_self (), name, false);
  if (port == 0 && type == CI_RIGHT_SEND_ONCE)
    {
      cap_remark (image, "a message waiting at port %u has a send-once right to"
		  " the ground; it will be dead", where);
      port = cap_add_port (image, CI_PORT_DEAD, 0);
    }
  else if (port == 0)
    cap_fail (image, "a message waiting at port %u has a right to a port"
	      " outside", where);
  return port;
}

/* Record what the descriptor WALK stands at carries.  */
static error_t
record_item (struct ckpt_image *image, const struct msg_walk *walk,
	     uint32_t where, struct ci_message *m)
{
  bool is_port = is_port_type (walk->name);
  const void *data = item_data (walk, m->body);

  for (size_t i = 0; is_port && i < walk->number; i++)
    {
      struct ci_msg_port *p = ci_append (&m->ports, &m->nports, sizeof *p);
      mach_port_t name;
      if (p == NULL)
	return ENOMEM;
      p->offset = walk->data;
      p->element = i;
      p->type = right_type (walk->name);
      memcpy (&name, (const char *) data + 4 * i, sizeof name);
      p->port = find_right (image, name, p->type, where, false);
      p->dead = name == MACH_PORT_DEAD;
    }
  if (is_port || walk->in_line)
    return 0;
  struct ci_msg_memory *p = ci_append (&m->memories, &m->nmemories, sizeof *p);
  if (p == NULL)
    return ENOMEM;
  p->offset = walk->data;
  p->data = malloc (walk->bytes + 1);
  if (p->data == NULL)
    return ENOMEM;
  p->len = walk->bytes;
  memcpy (p->data, data, walk->bytes);
  return 0;
}

error_t
cap_record (struct ckpt_image *image, uint32_t port,
	    const mach_msg_header_t *h)
{
  struct ci_message *m = ci_append (&image->ci.messages, &image->ci.nmessages,
				    sizeof *m);
  uint32_t where = image->ci.ports[port - 1].name;
  if (m == NULL)
    return ENOMEM;
  m->port = port;
  m->type = right_type (MACH_MSGH_BITS_LOCAL (h->msgh_bits));
  m->reply_type = right_type (MACH_MSGH_BITS_REMOTE (h->msgh_bits));
  uint32_t reply = find_right (image, h->msgh_remote_port, m->reply_type,
			       where, h->msgh_id == EXCEPTION_ID);
  if (h->msgh_remote_port == MACH_PORT_DEAD)
    reply = cap_add_port (image, CI_PORT_DEAD, 0);
  m->reply = reply;
  if (m->reply == 0)
    m->reply_type = 0;
  m->id = h->msgh_id;
  m->complex = (h->msgh_bits & MACH_MSGH_BITS_COMPLEX) != 0;
  m->len = (h->msgh_size - sizeof *h) & ~3U;
  m->body = malloc (m->len + 4);
  if (m->body == NULL)
    return ENOMEM;
  memcpy (m->body, h + 1, m->len);
  if (!m->complex)
    return 0;
  struct msg_walk walk = { .body = m->body, .len = m->len };
  error_t err = 0;
  while (err == 0 && (err = msg_next (&walk)) == 0)
    err = record_item (image, &walk, where, m);
  return err == ENOENT ? 0 : err;
}

/* Send the message H, as received from RIGHT, to it again.  ONCE: there are so many that
   only send-once rights are not refused; the kernel itself fills queues without
   end.  */
static error_t
refill (mach_port_t right, mach_msg_header_t *h, bool once)
{
  mach_port_t reply = h->msgh_remote_port;
  unsigned int reply_type = MACH_MSGH_BITS_REMOTE (h->msgh_bits);
  unsigned int type = MACH_MSGH_BITS_LOCAL (h->msgh_bits);
  mach_msg_bits_t complex = h->msgh_bits & MACH_MSGH_BITS_COMPLEX;

  h->msgh_remote_port = right;
  h->msgh_local_port = reply;
  h->msgh_bits = MACH_MSGH_BITS (once || type == MACH_MSG_TYPE_PORT_SEND_ONCE
				 ? MACH_MSG_TYPE_MAKE_SEND_ONCE
				 : MACH_MSG_TYPE_MAKE_SEND,
				 reply != MACH_PORT_NULL ? reply_type : 0)
		 | complex;
  if (complex)
    {
      /* Out-of-line memory came to us; let it go with the message.  */
      uint8_t *body = (uint8_t *) (h + 1);
      struct msg_walk walk = { .body = body,
			       .len = h->msgh_size - sizeof *h };
      size_t at = 0;
      while (msg_next (&walk) == 0)
	{
	  mach_msg_type_t *t = (mach_msg_type_t *) (body + at);
	  if (!walk.in_line)
	    t->msgt_deallocate = 1;
	  at = walk.pos;
	}
    }
  return mach_msg (h, MACH_SEND_MSG | MACH_SEND_TIMEOUT, h->msgh_size, 0,
		   MACH_PORT_NULL, 0, MACH_PORT_NULL);
}

/* Leave out what is in the queues.  */
static error_t
leave_out (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ci.nports; i++)
    if (image->ci.ports[i].kind == CI_PORT_ENV
	&& image->ci.ports[i].index == CI_IN_MESSAGE)
      image->ci.ports[i].kind = CI_PORT_DEAD;
  return 0;
}

error_t
cap_messages (struct ckpt_image *image)
{
  /* These come before all that the kernel has sent.  */
  error_t err = cap_return_pages (image);
  if (image->env->flags & CKPT_NO_QUEUES)
    return leave_out (image);
  for (uint32_t i = 0; i < image->nqueues; i++)
    for (struct queued *m = image->queues[i].list; err == 0 && m; m = m->next)
      err = cap_record (image, image->queues[i].port, &m->header);
  return err;
}

/* Put the receive right of Q back.  */
static error_t
put_back (struct ckpt_image *image, const struct cap_queue *q)
{
  const struct ci_port *p = &image->ci.ports[q->port - 1];
  task_t space = mach_task_self ();
  mach_port_t name = q->right;
  error_t err = 0;

  if (p->index != CI_IN_MESSAGE)
    {
      space = image->tasks[p->index].task;
      name = p->name;
      err = mach_port_insert_right (space, name, q->right,
				    MACH_MSG_TYPE_MOVE_RECEIVE);
    }
  if (err == 0)
    err = mach_port_set_qlimit (space, name, p->qlimit);
  if (err == 0)
    err = mach_port_set_seqno (space, name, p->seqno);
  if (err == 0)
    err = mach_port_set_mscount (space, name, p->mscount);
  if (err == 0 && p->set)
    err = mach_port_move_member (space, name, p->set);
  return err;
}

void
cap_refill (struct ckpt_image *image)
{
  /* Rights in messages were found after those messages: they come first.  */
  while (image->nqueues)
    {
      struct cap_queue *q = &image->queues[--image->nqueues];
      const struct ci_port *p = &image->ci.ports[q->port - 1];
      error_t err = 0;
      for (mach_port_msgcount_t n = 0; q->list; n++)
	{
	  struct queued *m = q->list;
	  error_t e = refill (q->right, &m->header, n >= MACH_PORT_QLIMIT_MAX);
	  err = err ? err : e;
	  q->list = m->next;
	  free (m);
	}
      error_t e = put_back (image, q);
      err = err ? err : e;
      if (err)
	cap_fail (image, "messages at port %u could not be put back: %s",
		  p->name, strerror (err));
    }
  free (image->queues);
  image->queues = NULL;
}
