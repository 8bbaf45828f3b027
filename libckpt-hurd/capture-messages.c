/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages in the queues of the environment.

   The receive right is moved to us, with its queue; the messages are received,
   recorded and sent again in their order; then the right is put back under its
   name, and what the move has reset is set again.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define MESSAGE_MAX	(64 * 1024)

struct queued
{
  struct queued *next;
  mach_msg_header_t header;	/* And the rest.  */
};

/* The kind of right that the received disposition TYPE is.  */
static uint8_t
right_type (unsigned int type)
{
  return (type == MACH_MSG_TYPE_PORT_SEND ? CI_RIGHT_SEND
	  : type == MACH_MSG_TYPE_PORT_SEND_ONCE ? CI_RIGHT_SEND_ONCE : 0);
}

/* Which port is the right NAME, which came with a message?  */
static uint32_t
find_right (struct ckpt_image *image, mach_port_t name, uint8_t type,
	    uint32_t where)
{
  if (!MACH_PORT_VALID (name))
    return 0;
  uint32_t port = (type == CI_RIGHT_SEND ? cap_identify (image, name)
		   : cap_identify_once (image, mach_task_self (), name,
					false));
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
  bool is_port = (walk->name >= MACH_MSG_TYPE_MOVE_RECEIVE
		  && walk->name <= MACH_MSG_TYPE_MAKE_SEND_ONCE);
  uint8_t type = right_type (walk->name);

  if (is_port && (!walk->in_line || type == 0) && walk->number)
    {
      cap_fail (image, "a message waiting at port %u carries %s", where,
		type ? "an array of rights out of line" : "a receive right");
      return 0;
    }
  for (size_t i = 0; is_port && i < walk->number; i++)
    {
      struct ci_msg_port *p = ci_append (&m->ports, &m->nports, sizeof *p);
      mach_port_t name;
      if (p == NULL)
	return ENOMEM;
      p->offset = walk->data + 4 * i;
      p->type = type;
      memcpy (&name, m->body + p->offset, sizeof name);
      p->port = find_right (image, name, type, where);
    }
  if (is_port || walk->in_line)
    return 0;
  struct ci_msg_memory *p = ci_append (&m->memories, &m->nmemories, sizeof *p);
  if (p == NULL)
    return ENOMEM;
  void *address;
  p->offset = walk->data;
  memcpy (&address, m->body + p->offset, sizeof address);
  p->data = malloc (walk->bytes + 1);
  if (p->data == NULL)
    return ENOMEM;
  p->len = walk->bytes;
  memcpy (p->data, address, walk->bytes);
  return 0;
}

/* Record the message H of PORT.  */
static error_t
record (struct ckpt_image *image, uint32_t port, const mach_msg_header_t *h)
{
  struct ci_message *m = ci_append (&image->ci.messages, &image->ci.nmessages,
				    sizeof *m);
  uint32_t where = image->ci.ports[port - 1].name;
  if (m == NULL)
    return ENOMEM;
  m->port = port;
  m->type = right_type (MACH_MSGH_BITS_LOCAL (h->msgh_bits));
  m->reply_type = right_type (MACH_MSGH_BITS_REMOTE (h->msgh_bits));
  m->reply = find_right (image, h->msgh_remote_port, m->reply_type, where);
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

/* Receive all that is in the queue of RIGHT.  */
static error_t
drain (mach_port_t right, struct queued **list)
{
  struct queued **tail = list;
  char *buffer = malloc (MESSAGE_MAX);
  mach_msg_header_t *h = (mach_msg_header_t *) buffer;
  error_t err = buffer ? 0 : ENOMEM;

  while (err == 0)
    {
      err = mach_msg (h, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, MESSAGE_MAX,
		      right, 0, MACH_PORT_NULL);
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
  free (buffer);
  return err == MACH_RCV_TIMED_OUT ? 0 : err;
}

/* Send the message H, as received from RIGHT, to it again.  */
static error_t
refill (mach_port_t right, mach_msg_header_t *h)
{
  mach_port_t reply = h->msgh_remote_port;
  unsigned int reply_type = MACH_MSGH_BITS_REMOTE (h->msgh_bits);
  unsigned int type = MACH_MSGH_BITS_LOCAL (h->msgh_bits);
  mach_msg_bits_t complex = h->msgh_bits & MACH_MSGH_BITS_COMPLEX;

  h->msgh_remote_port = right;
  h->msgh_local_port = reply;
  h->msgh_bits = MACH_MSGH_BITS (type == MACH_MSG_TYPE_PORT_SEND_ONCE
				 ? MACH_MSG_TYPE_MAKE_SEND_ONCE
				 : MACH_MSG_TYPE_MAKE_SEND,
				 MACH_PORT_VALID (reply) ? reply_type : 0)
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

static error_t
capture_queue (struct ckpt_image *image, uint32_t port)
{
  struct ci_port p = image->ci.ports[port - 1];
  task_t space = image->tasks[p.index].task;
  struct queued *list = NULL;
  mach_port_t right;
  mach_msg_type_name_t type;
  error_t err = mach_port_extract_right (space, p.name,
					 MACH_MSG_TYPE_MOVE_RECEIVE, &right,
					 &type);
  if (err)
    return err;
  err = mach_port_set_qlimit (mach_task_self (), right,
			      MACH_PORT_QLIMIT_MAX);
  error_t drained = drain (right, &list);
  for (struct queued *q = list; q; q = q->next)
    {
      if (err == 0)
	err = record (image, port, &q->header);
      error_t e = refill (right, &q->header);
      if (e)
	cap_fail (image, "pid %d: a message at port %u could not be put back:"
		  " %s", image->tasks[p.index].pid, p.name,
		  strerror (e));
    }
  while (list)
    {
      struct queued *next = list->next;
      free (list);
      list = next;
    }
  error_t e = mach_port_insert_right (space, p.name, right,
				      MACH_MSG_TYPE_MOVE_RECEIVE);
  if (e == 0)
    e = mach_port_set_qlimit (space, p.name, p.qlimit);
  if (e == 0)
    e = mach_port_set_seqno (space, p.name, p.seqno);
  if (e == 0)
    e = mach_port_set_mscount (space, p.name, p.mscount);
  if (e == 0 && p.set)
    e = mach_port_move_member (space, p.name, p.set);
  return err ? err : drained ? drained : e;
}

error_t
cap_messages (struct ckpt_image *image)
{
  uint32_t n = image->ci.nports;
  for (uint32_t i = 0; i < n; i++)
    {
      const struct ci_port *p = &image->ci.ports[i];
      mach_port_status_t status;
      if (p->kind != CI_PORT_ENV)
	continue;
      error_t err
	= mach_port_get_receive_status (image->tasks[p->index].task, p->name,
					&status);
      if (err == 0 && status.mps_msgcount)
	err = capture_queue (image, i + 1);
      if (err)
	return err;
    }
  return 0;
}
