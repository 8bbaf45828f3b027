/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sockets of the ground's network, which programs inside have.

   A server of sockets on the ground (/servers/socket/2 and others; that of local sockets
   runs inside) makes them, with the rights of who asks and no more.  What they are is noted
   as it is set: type, options, name, whether they listen.  So a socket that is not
   connected is made again after a restore, when it is used first, and one of datagrams
   is connected again.  A connection has its other end in the world, which did not go
   back: its next request gets ECONNRESET, after that it has ended.

   Addresses are bytes here, and no objects of the ground; one is made there for as long
   as a request needs it.

   All but NEXT and NODE is guarded by the node's lock.  */

#ifndef PERDURE_ROOT_PROXY_SOCKET_H
#define PERDURE_ROOT_PROXY_SOCKET_H

#include "proxy.h"

struct rp_address
{
  int family;
  uint32_t len;
  char *data;			/* Malloced; NULL: there is none.  */
};

struct rp_option
{
  int level, option;
  uint32_t len;
  char *data;
};

enum rp_socket_state { RP_SOCKET_IDLE, RP_SOCKET_LISTENS, RP_SOCKET_CONNECTED };

struct rp_socket
{
  struct rp_node rp;		/* PORT: the ground's, or null: none yet, or ended.  */
  struct rp_socket *next;
  uint32_t number;
  struct fs_node *node;		/* NULL: its open was not restored yet.  */
  char *server;			/* Where the ground has it.  */
  struct fs_ids *ids;		/* Of who made it.  */
  int type, protocol;
  enum rp_socket_state state;
  int backlog;
  bool nonblocking;		/* The ground's is.  */
  struct rp_address local;	/* Bound to; or what an address is.  */
  struct rp_address peer;	/* Connected to.  */
  struct rp_option *options;
  size_t noptions;
};

/* The socket, or address, of NODE; NULL if it is none.  */
struct rp_socket *rp_socket_of (struct fs_node *node, enum rp_kind kind);

/* Make one of KIND; with its node's reference, which is the caller's.  */
error_t rp_socket_make (enum rp_kind kind, struct rp_socket **socket);

/* A right of IDS to S, to be moved: the first open of it.  */
error_t rp_socket_right (struct rp_socket *s, const struct fs_ids *ids,
			 mach_port_t *right);

/* Open the server at PATH with no more rights than IDS have.  */
error_t rp_socket_server (const char *path, const struct fs_ids *ids,
			  mach_port_t *server);

/* The ground's socket of S (lent), with the mode of FLAGS (O_NONBLOCK), made again if need
   be.  ECONNRESET: it was connected before a restore; ENOTCONN: that has been told.  */
error_t rp_socket_live (struct rp_socket *s, int flags, mach_port_t *port);

/* Make the ground's object for A, for socket PORT; and what is OBJECT, of the ground, which
   is consumed.  */
error_t rp_address_there (mach_port_t port, const struct rp_address *a,
			  mach_port_t *object);
error_t rp_address_here (mach_port_t object, struct rp_address *a);
error_t rp_address_copy (struct rp_address *to, const struct rp_address *from);

/* Note that OPTION of LEVEL was set to LEN bytes of DATA.  */
error_t rp_socket_note (struct rp_socket *s, int level, int option,
			const void *data, size_t len);

/* What the ground's servers say that are none, or have ended.  */
error_t rp_socket_error (error_t err);

#endif /* PERDURE_ROOT_PROXY_SOCKET_H */
