/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send and recv, with addresses, rights and control data.  */

#include <hurd.h>
#include <stdlib.h>
#include <string.h>
#include "pflocal.h"
#include "socket_S.h"

/* A packet that carries all of a message.  Its rights are not yet its own:
   they are when it has been sent.  */
static struct packet *
make_packet (const char *data, size_t len, const mach_port_t *ports,
	     size_t nports, const char *control, size_t control_len)
{
  struct packet *p = packet_create (data, len);

  if (p == NULL)
    return NULL;
  if (nports > 0)
    {
      p->ports = malloc (nports * sizeof *ports);
      if (p->ports == NULL)
	goto fail;
      memcpy (p->ports, ports, nports * sizeof *ports);
      p->nports = nports;
    }
  if (control_len > 0)
    {
      p->control = malloc (control_len);
      if (p->control == NULL)
	goto fail;
      memcpy (p->control, control, control_len);
      p->control_len = control_len;
    }
  return p;

 fail:
  p->nports = 0;
  packet_destroy (p);
  return NULL;
}

/* Send P, or the bytes if it is null, from S to the sock bound to TO if that
   is not null, else to where S is connected.  */
static error_t
send_locked (struct sock *s, struct addr *to, struct packet *p,
	     const char *data, size_t *len, int flags)
{
  error_t err;

  if (s->type != SOCK_DGRAM)
    {
      if (to != NULL)
	return s->state == CONNECTED ? EISCONN : EOPNOTSUPP;
      return sock_write (s, p, data, len, flags);
    }
  if (to == NULL && s->peer == NULL)
    {
      to = s->peer_addr;
      if (to == NULL && s->state == UNCONNECTED)
	return ENOTCONN;
    }
  if (to != NULL)
    {
      if (to->sock == NULL)
	return ECONNREFUSED;
      if (to->sock->type != SOCK_DGRAM)
	return EPROTOTYPE;
    }
  err = addr_of (s, (struct addr **) &p->from);
  if (err != 0)
    return err;
  if (to == NULL)
    return sock_write (s, p, data, len, flags);
  return sock_put (s, to->sock, p, flags);
}

kern_return_t
S_socket_send (socket_t port, addr_port_t addr_port, int flags,
	       const_data_t data, mach_msg_type_number_t len,
	       const_portarray_t ports, mach_msg_type_number_t nports,
	       const_data_t control, mach_msg_type_number_t control_len,
	       vm_size_t *amount)
{
  struct fs_cred *cred;
  struct sock *s = sock_lookup (port, &cred);
  struct addr *to = NULL;
  struct packet *p = NULL;
  size_t done = len;
  error_t err = 0;
  int oflags;

  if (s == NULL)
    return EOPNOTSUPP;
  oflags = cred->open->flags | (flags & MSG_DONTWAIT ? O_NONBLOCK : 0);
  if (flags & MSG_OOB)
    err = EOPNOTSUPP;
  else if (MACH_PORT_VALID (addr_port))
    {
      to = sv_lookup (addr_port, &addr_class);
      if (to == NULL)
	err = EADDRNOTAVAIL;
    }
  else if (!(cred->open->flags & O_WRITE))
    err = EBADF;
  if (err == 0 && (s->type != SOCK_STREAM || nports > 0 || control_len > 0))
    {
      p = make_packet (data, len, ports, nports, control, control_len);
      if (p == NULL)
	err = ENOMEM;
      else
	p->record = s->type != SOCK_STREAM;
    }
  if (err == 0)
    {
      pthread_mutex_lock (&pf_lock);
      err = send_locked (s, to, p, data, &done, oflags);
      if (err != 0 && p != NULL)
	{
	  p->nports = 0;	/* They are still the request's.  */
	  packet_destroy (p);
	}
      pthread_mutex_unlock (&pf_lock);
    }
  if (err == 0)
    {
      *amount = done;
      if (MACH_PORT_VALID (addr_port))
	mach_port_deallocate (mach_task_self (), addr_port);
    }
  sv_unref (to);
  sv_unref (cred);
  return err;
}

/* Make room for NEED bytes at *DATA, where there are *HAVE.  */
static error_t
provide (void *data, size_t have, size_t need)
{
  if (need <= have)
    return 0;
  return vm_allocate (mach_task_self (), (vm_address_t *) data, need, TRUE);
}

/* Take what came with a packet into the answer.  */
static error_t
deliver (struct packet *p, mach_port_t *addr, portarray_t *ports,
	 mach_msg_type_number_t *nports, data_t *control,
	 mach_msg_type_number_t *control_len)
{
  error_t err = provide (ports, *nports * sizeof **ports,
			 p->nports * sizeof **ports);

  if (err == 0)
    err = provide (control, *control_len, p->control_len);
  if (err != 0)
    return err;
  *nports = p->nports;
  if (p->nports > 0)
    memcpy (*ports, p->ports, p->nports * sizeof **ports);
  p->nports = 0;
  *control_len = p->control_len;
  if (p->control_len > 0)
    memcpy (*control, p->control, p->control_len);
  *addr = addr_right (p->from);
  p->from = NULL;
  return 0;
}

/* Fill DATA as MSG_WAITALL asks.  */
static error_t
receive (struct sock *s, char *data, size_t *len, int flags, int oflags,
	 struct packet *attached)
{
  size_t want = *len, done = 0;
  error_t err;

  for (;;)
    {
      err = sock_wait_readable (s, oflags);
      if (err != 0 || s->in.packets == 0)
	break;
      done += queue_read (&s->in, data + done, want - done, flags & MSG_PEEK,
			  done == 0 ? attached : NULL);
      if (!(flags & MSG_PEEK))
	sock_consumed (s);
      if (done == want || !(flags & MSG_WAITALL) || (flags & MSG_PEEK)
	  || s->type != SOCK_STREAM || attached->nports > 0)
	break;
    }
  *len = done;
  return done > 0 ? 0 : err;
}

kern_return_t
S_socket_recv (socket_t port, mach_port_t *addr,
	       mach_msg_type_name_t *addr_type, int flags, data_t *data,
	       mach_msg_type_number_t *len, portarray_t *ports,
	       mach_msg_type_name_t *ports_type,
	       mach_msg_type_number_t *nports, data_t *control,
	       mach_msg_type_number_t *control_len, int *outflags,
	       vm_size_t amount)
{
  struct fs_cred *cred;
  struct sock *s = sock_lookup (port, &cred);
  struct packet attached = { 0 };
  char *inline_data = *data;
  size_t done, whole = 0;
  error_t err = 0;

  if (s == NULL)
    return EOPNOTSUPP;
  if (amount > QUEUE_SIZE)
    amount = QUEUE_SIZE;
  done = amount;
  if (flags & MSG_OOB)
    err = EINVAL;
  else if (!(cred->open->flags & O_READ))
    err = EBADF;
  else
    err = provide (data, *len, amount);
  if (err != 0)
    {
      sv_unref (cred);
      return err;
    }
  pthread_mutex_lock (&pf_lock);
  err = sock_wait_readable (s, cred->open->flags
			    | (flags & MSG_DONTWAIT ? O_NONBLOCK : 0));
  if (err == 0 && s->in.first != NULL && s->in.first->record)
    whole = s->in.first->end;
  if (err == 0)
    err = receive (s, *data, &done, flags,
		   cred->open->flags
		   | (flags & MSG_DONTWAIT ? O_NONBLOCK : 0), &attached);
  pthread_mutex_unlock (&pf_lock);
  sv_unref (cred);
  *outflags = 0;
  if (err == 0)
    {
      err = deliver (&attached, addr, ports, nports, control, control_len);
      *addr_type = *ports_type = MACH_MSG_TYPE_MOVE_SEND;
      if (whole > done)
	*outflags |= MSG_TRUNC;
      if (attached.record && s->type == SOCK_SEQPACKET)
	*outflags |= MSG_EOR;
    }
  pthread_mutex_lock (&pf_lock);
  packet_release (&attached);
  pthread_mutex_unlock (&pf_lock);
  if (err != 0)
    done = 0;
  /* Pages that hold nothing are not sent.  */
  if (*data != inline_data)
    {
      size_t used = round_page (done), all = round_page (amount);

      if (used < all)
	vm_deallocate (mach_task_self (), (vm_address_t) *data + used,
		       all - used);
      if (done == 0)
	*data = inline_data;
    }
  *len = done;
  return err;
}
