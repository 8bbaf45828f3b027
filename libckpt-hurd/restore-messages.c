/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages back into their queues, and requests for notifications.  */

#include <stdlib.h>
#include <string.h>
#include <mach/notify.h>
#include "internal.h"

static error_t port_requests (struct ckpt_image *image, uint32_t port,
			      mach_port_t name);

/* A right of TYPE to PORT, for us to move on.  */
static error_t
get_right (struct ckpt_image *image, uint32_t port, uint8_t type,
	   mach_port_t *right)
{
  *right = MACH_PORT_NULL;
  if (port == 0)
    return 0;
  if (type == CI_RIGHT_SEND)
    return ckpt_port_restore (image, port, right);
  const struct ci_port *p = &image->ci.ports[port - 1];
  if (type == CI_RIGHT_RECEIVE)
    {
      /* It leaves us now: this is the moment for what is asked of it.  */
      *right = image->receives[port - 1];
      image->receives[port - 1] = MACH_PORT_NULL;
      error_t err = *right ? port_requests (image, port, *right) : EBADMSG;
      return err;
    }
  *right = MACH_PORT_DEAD;
  if (p->kind != CI_PORT_ENV && p->kind != CI_PORT_EXCEPTION)
    return 0;
  return ckpt_once_restore (image, port, right);
}

/* Put the rights of M that WALK stands at into BODY; PORT counts them.  */
static error_t
fill_ports (struct ckpt_image *image, const struct ci_message *m,
	    const struct msg_walk *walk, uint8_t *body, uint32_t *port)
{
  mach_port_t *names = (mach_port_t *) (body + walk->data);
  vm_address_t data = 0;
  error_t err = 0;

  if (walk->size != 8 * sizeof *names)
    return EBADMSG;
  if (!walk->in_line)
    {
      if (walk->number)
	err = vm_allocate (mach_task_self (), &data, 4 * walk->number, TRUE);
      if (err)
	return err;
      names = (mach_port_t *) data;
      memcpy (body + walk->data, &data, sizeof data);
    }
  for (size_t i = 0; err == 0 && i < walk->number; i++, ++*port)
    {
      const struct ci_msg_port *p = &m->ports[*port];
      if (*port >= m->nports || p->offset != walk->data || p->element != i)
	return EBADMSG;
      mach_port_t right = MACH_PORT_DEAD;
      if (!p->dead)
	err = get_right (image, p->port, p->type, &right);
      memcpy (&names[i], &right, sizeof right);
    }
  return err;
}

/* Put rights and memory into the body of M at BODY.  The descriptors there must
   be about just those that were recorded.  */
static error_t
fill_body (struct ckpt_image *image, const struct ci_message *m,
	   uint8_t *body)
{
  struct msg_walk walk = { .body = body, .len = m->len };
  uint32_t port = 0, memory = 0;
  size_t at = 0;
  error_t err;

  while ((err = msg_next (&walk)) == 0)
    {
      mach_msg_type_t *t = (mach_msg_type_t *) (body + at);
      at = walk.pos;
      if (walk.name >= MACH_MSG_TYPE_MOVE_RECEIVE
	  && walk.name <= MACH_MSG_TYPE_MAKE_SEND_ONCE)
	err = fill_ports (image, m, &walk, body, &port);
      else if (!walk.in_line)
	{
	  const struct ci_msg_memory *p = &m->memories[memory];
	  vm_address_t data = 0;
	  if (memory++ >= m->nmemories || p->offset != walk.data
	      || p->len != walk.bytes)
	    return EBADMSG;
	  if (p->len)
	    err = vm_allocate (mach_task_self (), &data, p->len, TRUE);
	  if (err)
	    return err;
	  memcpy ((void *) data, p->data, p->len);
	  memcpy (body + walk.data, &data, sizeof data);
	}
      if (err)
	return err;
      if (!walk.in_line)
	t->msgt_deallocate = 1;
    }
  return err == ENOENT && port == m->nports && memory == m->nmemories
	 ? 0 : EBADMSG;
}

/* ONCE: the queue takes no more but by send-once rights.  */
static error_t
send (struct ckpt_image *image, const struct ci_message *m, bool once)
{
  const struct ci_port *p = &image->ci.ports[m->port - 1];
  mach_msg_header_t *h = calloc (1, sizeof *h + m->len);
  error_t err = h ? 0 : ENOMEM;
  unsigned int local = 0;

  if (err == 0)
    {
      memcpy (h + 1, m->body, m->len);
      err = get_right (image, m->reply, m->reply_type, &h->msgh_local_port);
    }
  if (err == 0 && h->msgh_local_port)
    local = (m->reply_type == CI_RIGHT_SEND ? MACH_MSG_TYPE_MOVE_SEND
	     : MACH_MSG_TYPE_MOVE_SEND_ONCE);
  if (err == 0 && m->complex)
    err = fill_body (image, m, (uint8_t *) (h + 1));
  unsigned int remote = MACH_MSG_TYPE_COPY_SEND;
  if (err == 0 && (once || m->type == CI_RIGHT_SEND_ONCE))
    {
      err = get_right (image, m->port, CI_RIGHT_SEND_ONCE,
		       &h->msgh_remote_port);
      remote = MACH_MSG_TYPE_MOVE_SEND_ONCE;
    }
  else if (err == 0)
    h->msgh_remote_port = image->rights[m->port - 1];
  if (err == 0)
    {
      h->msgh_bits = MACH_MSGH_BITS (remote, local)
	| (m->complex ? MACH_MSGH_BITS_COMPLEX : 0);
      h->msgh_size = sizeof *h + m->len;
      h->msgh_id = m->id;
      err = mach_msg (h, MACH_SEND_MSG | MACH_SEND_TIMEOUT, h->msgh_size, 0,
		      MACH_PORT_NULL, 0, MACH_PORT_NULL);
    }
  if (err)
    ckpt_report (image->report, "a message waiting at port %u cannot be put"
		 " back: %s", p->name, strerror (err));
  free (h);
  return err;
}

/* Make PORT be told of ID at the name NAME of SPACE.  */
static error_t
request (struct ckpt_image *image, task_t space, mach_port_t name, int id,
	 mach_port_mscount_t sync, uint32_t port)
{
  mach_port_t notify, previous = MACH_PORT_NULL;
  if (port == 0)
    return 0;
  error_t err = get_right (image, port, CI_RIGHT_SEND_ONCE, &notify);
  if (err || !MACH_PORT_VALID (notify))
    return err;
  return mach_port_request_notification (space, name, id, sync, notify,
					 MACH_MSG_TYPE_MOVE_SEND_ONCE,
					 &previous);
}

/* Who is told what of PORT, whose receive right is NAME of SPACE?  */
static error_t
requests_of (struct ckpt_image *image, uint32_t port, task_t space,
	     mach_port_t name)
{
  const struct ci_port *p = &image->ci.ports[port - 1];
  mach_port_status_t status;
  error_t err = mach_port_get_receive_status (space, name, &status);
  /* One more than the count: if nobody has a right now, it is to be told
     of the next one's end, not of this.  */
  if (err == 0)
    err = request (image, space, name, MACH_NOTIFY_NO_SENDERS,
		   status.mps_mscount + 1, p->nsrequest);
  if (err == 0)
    err = request (image, space, name, MACH_NOTIFY_PORT_DESTROYED, 0,
		   p->pdrequest);
  return err;
}

/* The same for one that is about to be put into a message.  */
static error_t
port_requests (struct ckpt_image *image, uint32_t port, mach_port_t name)
{
  const struct ci_port *p = &image->ci.ports[port - 1];
  error_t err = 0;
  if (p->nsrequest || p->pdrequest)
    err = requests_of (image, port, mach_task_self (), name);
  if (err == 0)
    err = mach_port_set_qlimit (mach_task_self (), name, p->qlimit);
  return err;
}

static error_t
requests (struct ckpt_image *image)
{
  error_t err = 0;

  for (uint32_t i = 0; err == 0 && i < image->ci.ntasks; i++)
    for (uint32_t j = 0; err == 0 && j < image->ci.tasks[i].nrights; j++)
      {
	const struct ci_right *r = &image->ci.tasks[i].rights[j];
	if (r->type & (CI_RIGHT_SEND | CI_RIGHT_RECEIVE | CI_RIGHT_SEND_ONCE))
	  err = request (image, image->new_tasks[i], r->name,
			 MACH_NOTIFY_DEAD_NAME, 0, r->dnrequest);
      }
  for (uint32_t i = 0; err == 0 && i < image->ci.nports; i++)
    {
      const struct ci_port *p = &image->ci.ports[i];
      if (p->kind != CI_PORT_ENV || p->index == CI_IN_MESSAGE
	  || (p->nsrequest == 0 && p->pdrequest == 0))
	continue;
      err = requests_of (image, i + 1, image->new_tasks[p->index], p->name);
    }
  return err;
}

/* Put the messages of PORT into its queue.  */
static error_t
fill_queue (struct ckpt_image *image, uint32_t port)
{
  const struct ci_port *p = &image->ci.ports[port - 1];
  task_t space = mach_task_self ();
  mach_port_t name = image->receives[port - 1];
  mach_port_msgcount_t n = 0;
  error_t err = 0;

  for (uint32_t j = 0; err == 0 && j < image->ci.nmessages; j++)
    if (image->ci.messages[j].port == port)
      {
	if (n == 0)
	  {
	    if (p->index != CI_IN_MESSAGE)
	      {
		space = image->new_tasks[p->index];
		name = p->name;
	      }
	    err = mach_port_set_qlimit (space, name, MACH_PORT_QLIMIT_MAX);
	  }
	if (err == 0)
	  err = send (image, &image->ci.messages[j],
		      n++ >= MACH_PORT_QLIMIT_MAX);
      }
  if (err == 0 && n)
    err = mach_port_set_qlimit (space, name, p->qlimit);
  return err;
}

error_t
res_messages (struct ckpt_image *image)
{
  error_t err = 0;

  /* A port in a message comes after the one with the message, and has to be
     filled before.  */
  for (uint32_t i = image->ci.nports; err == 0 && i-- > 0;)
    if (image->ci.ports[i].kind == CI_PORT_ENV)
      err = fill_queue (image, i + 1);
  /* Our own rights must not keep anybody from hearing of no senders.  */
  for (uint32_t i = 0; err == 0 && i < image->ci.nports; i++)
    if (image->ci.ports[i].kind == CI_PORT_ENV
	&& MACH_PORT_VALID (image->rights[i]))
      {
	mach_port_deallocate (mach_task_self (), image->rights[i]);
	image->rights[i] = MACH_PORT_NULL;
      }
  return err ? err : requests (image);
}
