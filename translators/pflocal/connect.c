/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binding, listening, connecting, accepting.  */

#include <hurd.h>
#include "pflocal.h"
#include "socket_S.h"

/* The sock of PORT, with pf_lock taken.  */
static struct sock *
enter (mach_port_t port, struct fs_cred **cred)
{
  struct sock *s = sock_lookup (port, cred);

  if (s != NULL)
    pthread_mutex_lock (&pf_lock);
  return s;
}

static error_t
leave (struct fs_cred *cred, error_t err)
{
  pthread_mutex_unlock (&pf_lock);
  sv_unref (cred);
  return err;
}

kern_return_t
S_socket_bind (socket_t port, addr_port_t addr_port)
{
  struct addr *addr = sv_lookup (addr_port, &addr_class);
  struct fs_cred *cred;
  struct sock *s = addr == NULL ? NULL : enter (port, &cred);
  error_t err = 0;

  if (s == NULL)
    {
      sv_unref (addr);
      return addr == NULL ? EADDRNOTAVAIL : EOPNOTSUPP;
    }
  if (s->addr != NULL)
    err = EINVAL;
  else if (addr->sock != NULL)
    err = EADDRINUSE;
  else
    {
      s->addr = sv_ref (addr);
      addr->sock = s;
    }
  err = leave (cred, err);
  sv_unref (addr);
  if (err == 0)
    mach_port_deallocate (mach_task_self (), addr_port);
  return err;
}

kern_return_t
S_socket_listen (socket_t port, int limit)
{
  struct fs_cred *cred;
  struct sock *s = enter (port, &cred);

  if (s == NULL)
    return EOPNOTSUPP;
  if (s->type == SOCK_DGRAM)
    return leave (cred, EOPNOTSUPP);
  if (s->state != UNCONNECTED && s->state != LISTENING)
    return leave (cred, EINVAL);
  if (s->addr == NULL)
    return leave (cred, EDESTADDRREQ);
  s->state = LISTENING;
  s->backlog = limit < 1 ? 1 : limit > SOMAXCONN ? SOMAXCONN : limit;
  return leave (cred, 0);
}

/* Queue a new end for S at the listening TO, which has room.  */
static error_t
connect_stream (struct sock *s, struct sock *to, const struct fs_ids *ids)
{
  struct sock *end, **last = &to->pending;
  error_t err;

  pthread_mutex_unlock (&pf_lock);
  err = sock_create (to->type, to->mode, ids, &end);
  pthread_mutex_lock (&pf_lock);
  if (err != 0)
    return err;
  if (to->state != LISTENING || to->closed || to->npending >= to->backlog
      || s->state != UNCONNECTED)
    {
      sock_unref (end);
      return EAGAIN;		/* Things have changed meanwhile.  */
    }
  end->uid = to->uid;
  end->gid = to->gid;
  sock_pair (s, end);
  while (*last != NULL)
    last = &(*last)->next_pending;
  *last = end;			/* With the reference.  */
  to->npending++;
  pthread_cond_broadcast (&to->changed);
  return 0;
}

static error_t
wait_and_connect (struct sock *s, struct addr *addr,
		  const struct fs_ids *ids, int flags)
{
  for (;;)
    {
      struct sock *to = addr->sock;
      error_t err = 0;

      if (s->state == LISTENING)
	return EINVAL;
      if (s->state == CONNECTED || s->state == DISCONNECTED)
	return EISCONN;
      if (to == NULL || to->closed)
	return ECONNREFUSED;
      if (to->type != s->type)
	return EPROTOTYPE;
      if (to->state != LISTENING)
	return ECONNREFUSED;
      sock_ref (to);
      if (to->npending < to->backlog)
	{
	  err = connect_stream (s, to, ids);
	  sock_unref (to);
	  if (err != EAGAIN)
	    return err;
	  continue;
	}
      err = (flags & O_NONBLOCK ? EWOULDBLOCK
	     : sv_wait (&to->changed, &pf_lock, NULL));
      sock_unref (to);
      if (err != 0)
	return err;
    }
}

kern_return_t
S_socket_connect (socket_t port, addr_port_t addr_port)
{
  struct addr *addr = sv_lookup (addr_port, &addr_class);
  struct fs_cred *cred;
  struct sock *s = addr == NULL ? NULL : enter (port, &cred);
  error_t err = 0;

  if (s == NULL)
    {
      sv_unref (addr);
      return addr == NULL ? EADDRNOTAVAIL : EOPNOTSUPP;
    }
  if (s->type == SOCK_DGRAM)
    {
      if (addr->sock == NULL)
	err = ECONNREFUSED;
      else if (addr->sock->type != SOCK_DGRAM)
	err = EPROTOTYPE;
      else
	{
	  sv_unref (s->peer_addr);
	  s->peer_addr = sv_ref (addr);
	}
    }
  else
    err = wait_and_connect (s, addr, cred->ids, cred->open->flags);
  err = leave (cred, err);
  sv_unref (addr);
  if (err == 0)
    mach_port_deallocate (mach_task_self (), addr_port);
  return err;
}

kern_return_t
S_socket_accept (socket_t port, mach_port_t *conn,
		 mach_msg_type_name_t *conn_type, mach_port_t *peer,
		 mach_msg_type_name_t *peer_type)
{
  struct fs_cred *cred;
  struct sock *s = enter (port, &cred), *end;
  struct addr *addr = NULL;
  error_t err = 0;

  if (s == NULL)
    return EOPNOTSUPP;
  while (err == 0 && s->pending == NULL)
    {
      if (s->type == SOCK_DGRAM)
	err = EOPNOTSUPP;
      else if (s->state != LISTENING)
	err = EINVAL;
      else if (cred->open->flags & O_NONBLOCK)
	err = EWOULDBLOCK;
      else
	err = sv_wait (&s->changed, &pf_lock, NULL);
    }
  if (err != 0)
    return leave (cred, err);
  end = s->pending;
  s->pending = end->next_pending;
  end->next_pending = NULL;
  s->npending--;
  if (end->peer != NULL)
    err = addr_of (end->peer, &addr);
  else
    err = addr_create (&addr);
  pthread_cond_broadcast (&s->changed);
  pthread_mutex_unlock (&pf_lock);

  if (err == 0)
    err = sock_port (end, cred->ids, conn);
  if (err == 0)
    {
      *conn_type = MACH_MSG_TYPE_MOVE_SEND;
      *peer = addr_right (addr);
      *peer_type = MACH_MSG_TYPE_MOVE_SEND;
    }
  else
    sv_unref (addr);
  pthread_mutex_lock (&pf_lock);
  if (err != 0)
    sock_close (end);
  sock_unref (end);
  return leave (cred, err);
}

static error_t
give_address (mach_port_t port, bool peer, mach_port_t *right,
	      mach_msg_type_name_t *type)
{
  struct fs_cred *cred;
  struct sock *s = enter (port, &cred);
  struct addr *addr = NULL;
  error_t err = 0;

  if (s == NULL)
    return EOPNOTSUPP;
  if (!peer)
    err = addr_of (s, &addr);
  else if (s->peer != NULL)
    err = addr_of (s->peer, &addr);
  else if (s->peer_addr != NULL)
    addr = sv_ref (s->peer_addr);
  else
    err = ENOTCONN;
  err = leave (cred, err);
  if (err == 0)
    {
      *right = addr_right (addr);
      *type = MACH_MSG_TYPE_MOVE_SEND;
    }
  return err;
}

kern_return_t
S_socket_name (socket_t port, mach_port_t *addr, mach_msg_type_name_t *type)
{
  return give_address (port, false, addr, type);
}

kern_return_t
S_socket_peername (socket_t port, mach_port_t *addr,
		   mach_msg_type_name_t *type)
{
  return give_address (port, true, addr, type);
}

kern_return_t
S_socket_shutdown (socket_t port, int direction)
{
  struct fs_cred *cred;
  struct sock *s = enter (port, &cred);

  if (s == NULL)
    return EOPNOTSUPP;
  if (direction < SHUT_RD || direction > SHUT_RDWR)
    return leave (cred, EINVAL);
  if (s->type != SOCK_DGRAM && s->state != CONNECTED)
    return leave (cred, ENOTCONN);
  sock_shutdown (s, direction != SHUT_WR, direction != SHUT_RD);
  return leave (cred, 0);
}
