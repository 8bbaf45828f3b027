/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The socket protocol for sockets of the ground.

   What may wait for the world (connect, accept, send, recv) is parked; the rest is done
   while a checkpoint waits.  */

#include <hurd.h>
#include <hurd/socket.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "socket.h"
#include "socket_S.h"

/* The socket behind PORT, its node locked; the ground's is *THERE.  */
static error_t
enter (mach_port_t port, struct fs_cred **cred, struct rp_socket **s,
       mach_port_t *there)
{
  *cred = fs_cred_lookup (port);
  *s = *cred ? rp_socket_of ((*cred)->open->node, RP_SOCKET) : NULL;
  if (*s == NULL)
    {
      sv_unref (*cred);
      *cred = NULL;
      return EOPNOTSUPP;
    }
  pthread_mutex_lock (&(*s)->node->lock);
  error_t err = rp_socket_live (*s, (*cred)->open->flags, there);
  if (err)
    {
      pthread_mutex_unlock (&(*s)->node->lock);
      sv_unref (*cred);
      *cred = NULL;
    }
  return err;
}

static error_t
leave (struct fs_cred *cred, error_t err)
{
  pthread_mutex_unlock (&cred->open->node->lock);
  sv_unref (cred);
  return rp_socket_error (err);
}

/* Around a call that may wait: the node is not locked meanwhile.  */
static void
park (struct rp_socket *s)
{
  pthread_mutex_unlock (&s->node->lock);
  sv_park ();
}

static void
unpark (struct rp_socket *s)
{
  sv_unpark ();
  pthread_mutex_lock (&s->node->lock);
}

/* What the address PORT, of ours, says; to be freed.  */
static error_t
address_of (mach_port_t port, struct rp_address *a)
{
  struct fs_cred *cred = fs_cred_lookup (port);
  struct rp_socket *s
    = cred ? rp_socket_of (cred->open->node, RP_ADDRESS) : NULL;

  *a = (struct rp_address) { 0 };
  error_t err = s ? rp_address_copy (a, &s->local) : EADDRNOTAVAIL;
  sv_unref (cred);
  return err;
}

/* A request to a socket that names an address.  */
struct request
{
  struct fs_cred *cred;
  struct rp_socket *s;
  mach_port_t there;		/* The ground's socket, lent.  */
  struct rp_address a;
  mach_port_t object;		/* The ground's address.  */
};

static error_t
leave_with (struct request *r, error_t err)
{
  if (MACH_PORT_VALID (r->object))
    mach_port_deallocate (mach_task_self (), r->object);
  free (r->a.data);
  return leave (r->cred, err);
}

/* Enter the socket PORT for a request with ADDR, of ours, which may be null.  */
static error_t
enter_with (mach_port_t port, mach_port_t addr, struct request *r)
{
  *r = (struct request) { 0 };
  error_t err = MACH_PORT_VALID (addr) ? address_of (addr, &r->a) : 0;

  if (err)
    return err;
  err = enter (port, &r->cred, &r->s, &r->there);
  if (err)
    {
      free (r->a.data);
      return err;
    }
  if (r->a.data)
    err = rp_address_there (r->there, &r->a, &r->object);
  return err ? leave_with (r, err) : 0;
}

/* A right to a new address A, whose memory is taken.  */
static error_t
give_address (struct rp_address *a, const struct fs_ids *ids,
	      mach_port_t *right, mach_msg_type_name_t *type)
{
  struct rp_socket *s;
  error_t err = rp_socket_make (RP_ADDRESS, &s);

  if (err)
    {
      free (a->data);
      return err;
    }
  s->local = *a;
  s->ids = fs_ids_make (ids->uids, ids->nuids, ids->gids, ids->ngids);
  err = s->ids ? rp_socket_right (s, ids, right) : ENOMEM;
  fs_node_unref (s->node);
  *type = MACH_MSG_TYPE_MOVE_SEND;
  return err;
}

/* Give LEN bytes of DATA in the answer, where there is room for *ROOM.  */
static error_t
give_data (data_t *to, mach_msg_type_number_t *room, const void *data,
	   size_t len)
{
  error_t err = 0;

  if (len > *room)
    err = vm_allocate (mach_task_self (), (vm_address_t *) to, len, TRUE);
  if (!err)
    {
      memcpy (*to, data, len);
      *room = len;
    }
  return err;
}

/* A socket of the ground, PORT, which is consumed, made by who has IDS; LIKE: another one
   that it is like.  */
static error_t
give_socket (mach_port_t port, const struct rp_socket *like,
	     const struct fs_ids *ids, mach_port_t *right,
	     mach_msg_type_name_t *type)
{
  struct rp_socket *s;
  error_t err = rp_socket_make (RP_SOCKET, &s);

  if (err)
    {
      mach_port_deallocate (mach_task_self (), port);
      return err;
    }
  s->rp.port = port;
  s->type = like->type;
  s->protocol = like->protocol;
  s->state = like->state;
  s->server = strdup (like->server);
  s->ids = fs_ids_make (ids->uids, ids->nuids, ids->gids, ids->ngids);
  err = s->server && s->ids ? rp_socket_right (s, ids, right) : ENOMEM;
  fs_node_unref (s->node);
  *type = MACH_MSG_TYPE_MOVE_SEND;
  return err;
}

kern_return_t
S_socket_create (pf_t port, int type, int protocol, mach_port_t *sock,
		 mach_msg_type_name_t *sock_type)
{
  struct fs_cred *cred = fs_cred_lookup (port);
  /* A view's nodes are no nodes of ours.  */
  struct rp_node *d = (cred && cred->open->node->fs == &rp.fs
		       ? rp_data (cred->open->node) : NULL);
  struct rp_socket like = { .type = type, .protocol = protocol };
  mach_port_t server, there;

  if (d == NULL || d->ov == NULL)
    {
      sv_unref (cred);
      return EOPNOTSUPP;
    }
  pthread_mutex_lock (&rp.lock);
  like.server = rp_path (d->ov);
  pthread_mutex_unlock (&rp.lock);
  error_t err = like.server
    ? rp_socket_server (like.server, cred->ids, &server) : ESTALE;
  if (!err)
    {
      err = rp_socket_error (socket_create (server, type, protocol, &there));
      mach_port_deallocate (mach_task_self (), server);
    }
  if (!err)
    err = give_socket (there, &like, cred->ids, sock, sock_type);
  free (like.server);
  sv_unref (cred);
  return err;
}

kern_return_t
S_socket_create_address (mach_port_t port, int family, const_data_t data,
			 mach_msg_type_number_t len, mach_port_t *addr,
			 mach_msg_type_name_t *addr_type)
{
  struct fs_cred *cred = fs_cred_lookup (port);
  const struct rp_address given = { family, len, (char *) data };
  struct rp_address a = { 0 };

  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = len > sizeof (struct sockaddr_storage) ? EINVAL
		: rp_address_copy (&a, &given);
  if (!err)
    err = give_address (&a, cred->ids, addr, addr_type);
  sv_unref (cred);
  return err;
}

kern_return_t
S_socket_fabricate_address (mach_port_t port, int family, mach_port_t *addr,
			    mach_msg_type_name_t *addr_type)
{
  struct rp_address a = { 0 };
  mach_port_t there, object;
  struct fs_cred *cred;
  struct rp_socket *s;
  error_t err = enter (port, &cred, &s, &there);

  if (err)
    return err;
  err = socket_fabricate_address (there, family, &object)
	?: rp_address_here (object, &a)
	?: give_address (&a, cred->ids, addr, addr_type);
  return leave (cred, err);
}

kern_return_t
S_socket_whatis_address (addr_port_t port, int *family, data_t *data,
			 mach_msg_type_number_t *len)
{
  struct rp_address a;
  error_t err = address_of (port, &a);

  if (err)
    return EOPNOTSUPP;
  *family = a.family;
  err = give_data (data, len, a.data, a.len);
  free (a.data);
  return err;
}

kern_return_t
S_socket_bind (socket_t port, addr_port_t addr)
{
  struct rp_address is = { 0 };
  struct request r;
  mach_port_t object;

  if (!MACH_PORT_VALID (addr))
    return EADDRNOTAVAIL;
  error_t err = enter_with (port, addr, &r);
  if (err)
    return err;
  err = socket_bind (r.there, r.object);
  /* The name that it really has, if the port was left to the server.  */
  if (!err && (socket_name (r.there, &object)
	       || rp_address_here (object, &is)))
    err = rp_address_copy (&is, &r.a);
  if (!err)
    {
      free (r.s->local.data);
      r.s->local = is;
    }
  err = leave_with (&r, err);
  if (!err)
    mach_port_deallocate (mach_task_self (), addr);
  return err;
}

kern_return_t
S_socket_listen (socket_t port, int limit)
{
  struct fs_cred *cred;
  struct rp_socket *s;
  mach_port_t there;
  error_t err = enter (port, &cred, &s, &there);

  if (err)
    return err;
  err = socket_listen (there, limit);
  if (!err)
    {
      s->state = RP_SOCKET_LISTENS;
      s->backlog = limit;
    }
  return leave (cred, err);
}

kern_return_t
S_socket_accept (socket_t port, mach_port_t *conn,
		 mach_msg_type_name_t *conn_type, mach_port_t *peer,
		 mach_msg_type_name_t *peer_type)
{
  struct rp_address a = { 0 };
  mach_port_t there, made, object;
  struct fs_cred *cred;
  struct rp_socket *s, like;
  error_t err = enter (port, &cred, &s, &there);

  if (err)
    return err;
  park (s);
  err = socket_accept (there, &made, &object);
  unpark (s);
  if (err)
    return leave (cred, err);
  like = *s;
  like.state = RP_SOCKET_CONNECTED;
  /* Some servers give no address of a peer that has none.  */
  if (rp_address_here (object, &a))
    a = (struct rp_address) { 0, 0, calloc (1, 1) };
  err = give_socket (made, &like, cred->ids, conn, conn_type);
  if (err)
    {
      free (a.data);
      return leave (cred, err);
    }
  err = give_address (&a, cred->ids, peer, peer_type);
  if (err)
    mach_port_deallocate (mach_task_self (), *conn);
  return leave (cred, err);
}

kern_return_t
S_socket_connect (socket_t port, addr_port_t addr)
{
  struct request r;

  if (!MACH_PORT_VALID (addr))
    return EADDRNOTAVAIL;
  error_t err = enter_with (port, addr, &r);
  if (err)
    return err;
  park (r.s);
  err = socket_connect (r.there, r.object);
  unpark (r.s);
  if (!err || err == EINPROGRESS)
    {
      r.s->state = RP_SOCKET_CONNECTED;
      free (r.s->peer.data);
      r.s->peer = r.a;
      r.a.data = NULL;
    }
  err = leave_with (&r, err);
  if (!err)
    mach_port_deallocate (mach_task_self (), addr);
  return err;
}

static error_t
name_of (mach_port_t port, error_t (*call) (mach_port_t, mach_port_t *),
	 mach_port_t *addr, mach_msg_type_name_t *type)
{
  struct rp_address a = { 0 };
  struct fs_cred *cred;
  struct rp_socket *s;
  mach_port_t there, object;
  error_t err = enter (port, &cred, &s, &there);

  if (err)
    return err;
  err = call (there, &object) ?: rp_address_here (object, &a)
	?: give_address (&a, cred->ids, addr, type);
  return leave (cred, err);
}

kern_return_t
S_socket_name (socket_t port, mach_port_t *addr, mach_msg_type_name_t *type)
{
  return name_of (port, socket_name, addr, type);
}

kern_return_t
S_socket_peername (socket_t port, mach_port_t *addr,
		   mach_msg_type_name_t *type)
{
  return name_of (port, socket_peername, addr, type);
}

/* Only a server of local sockets makes pairs, and that is inside.  */
kern_return_t
S_socket_connect2 (socket_t port1, socket_t port2)
{
  return EOPNOTSUPP;
}

kern_return_t
S_socket_shutdown (socket_t port, int direction)
{
  struct fs_cred *cred;
  struct rp_socket *s;
  mach_port_t there;
  error_t err = enter (port, &cred, &s, &there);

  return err ? err : leave (cred, socket_shutdown (there, direction));
}

kern_return_t
S_socket_getopt (socket_t port, int level, int option, data_t *data,
		 mach_msg_type_number_t *len)
{
  char room[2048], *value = room;
  mach_msg_type_number_t n = sizeof room;
  struct fs_cred *cred;
  struct rp_socket *s;
  mach_port_t there;
  error_t err = enter (port, &cred, &s, &there);

  if (err)
    return err;
  err = socket_getopt (there, level, option, &value, &n);
  if (!err)
    {
      err = give_data (data, len, value, n);
      if (value != room)
	vm_deallocate (mach_task_self (), (vm_address_t) value, n);
    }
  return leave (cred, err);
}

kern_return_t
S_socket_setopt (socket_t port, int level, int option, const_data_t data,
		 mach_msg_type_number_t len)
{
  struct fs_cred *cred;
  struct rp_socket *s;
  mach_port_t there;
  error_t err = enter (port, &cred, &s, &there);

  if (err)
    return err;
  err = socket_setopt (there, level, option, data, len)
	?: rp_socket_note (s, level, option, data, len);
  return leave (cred, err);
}

kern_return_t
S_socket_send (socket_t port, addr_port_t addr, int flags, const_data_t data,
	       mach_msg_type_number_t len, const_portarray_t ports,
	       mach_msg_type_number_t nports, const_data_t control,
	       mach_msg_type_number_t control_len, vm_size_t *amount)
{
  struct request r;
  error_t err = nports ? EINVAL : enter_with (port, addr, &r);

  /* What was a connection has ended.  */
  if (err)
    return err == ENOTCONN ? EPIPE : err;
  park (r.s);
  err = socket_send (r.there, r.object, flags, data, len, NULL,
		     MACH_MSG_TYPE_COPY_SEND, 0, control, control_len, amount);
  unpark (r.s);
  r.s->rp.bytes += err ? 0 : *amount;
  err = leave_with (&r, err);
  if (!err && MACH_PORT_VALID (addr))
    mach_port_deallocate (mach_task_self (), addr);
  return err;
}

/* What came of the ground's: bytes, to be given back as memory if they are.  */
struct part
{
  char room[2048], *data;
  mach_msg_type_number_t len;
};

static void
part_free (struct part *p)
{
  if (p->data != p->room)
    vm_deallocate (mach_task_self (), (vm_address_t) p->data, p->len);
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
  struct part bytes = { .data = bytes.room, .len = sizeof bytes.room };
  struct part extra = { .data = extra.room, .len = sizeof extra.room };
  mach_port_t room[8], *rights = room, there, object = MACH_PORT_NULL;
  mach_msg_type_number_t nrights = sizeof room / sizeof *room;
  struct rp_address a = { 0 };
  struct fs_cred *cred;
  struct rp_socket *s;
  error_t err = enter (port, &cred, &s, &there);

  *ports_type = *addr_type = MACH_MSG_TYPE_MOVE_SEND;
  *addr = MACH_PORT_NULL;
  *nports = 0;
  if (err == ENOTCONN)
    {
      /* What was a connection has ended.  */
      *len = *control_len = *outflags = 0;
      return 0;
    }
  if (err)
    return err;
  park (s);
  err = socket_recv (there, &object, flags, &bytes.data, &bytes.len, &rights,
		     &nrights, &extra.data, &extra.len, outflags, amount);
  unpark (s);
  if (err)
    return leave (cred, err);
  /* No right of the ground gets past.  */
  for (mach_msg_type_number_t i = 0; i < nrights; i++)
    if (MACH_PORT_VALID (rights[i]))
      mach_port_deallocate (mach_task_self (), rights[i]);
  if (rights != room)
    vm_deallocate (mach_task_self (), (vm_address_t) rights,
		   nrights * sizeof *rights);
  err = give_data (data, len, bytes.data, bytes.len)
	?: give_data (control, control_len, extra.data, extra.len);
  if (!err && MACH_PORT_VALID (object) && rp_address_here (object, &a) == 0)
    err = give_address (&a, cred->ids, addr, addr_type);
  s->rp.bytes += bytes.len;
  part_free (&bytes);
  part_free (&extra);
  return leave (cred, err);
}
