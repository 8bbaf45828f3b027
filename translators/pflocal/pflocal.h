/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /hurd/pflocal: pipes and local sockets.

   A socket that somebody has a port to is a node of the library (so that the
   io protocol, credentials and opens are served there) with a struct sock
   behind it.  All sockets are guarded by one lock, pf_lock; operations let go
   of their node's lock while they hold it, so that a reader who waits does not
   keep a writer of the same socket out.  */

#ifndef PERDURE_PFLOCAL_H
#define PERDURE_PFLOCAL_H

#include <sys/socket.h>
#include <translators/trivial/trivial.h>
#include "queue.h"

extern pthread_mutex_t pf_lock;
extern struct triv pf;

struct sock;

/* An address; clients hold rights to it (the node of a bound socket does).  */
struct addr
{
  struct sv_port port;
  struct sock *sock;		/* Who is bound to it, while it lives.  */
};

extern const struct sv_class addr_class;

enum sock_state { UNCONNECTED, LISTENING, CONNECTED, DISCONNECTED };

struct sock
{
  unsigned int refs;		/* Guarded by pf_lock.  */
  int type;			/* SOCK_* */
  mode_t mode;			/* S_IFSOCK, or S_IFIFO of a pipe.  */
  uid_t uid;
  gid_t gid;
  uint64_t ino;
  struct timespec atime, mtime, ctime;
  enum sock_state state;
  bool no_read, no_write;	/* Shut down, by us.  */
  bool eof;			/* Nothing more will come.  */
  bool closed;			/* No port is left.  */
  uint64_t port_id;		/* Of the first port, or 0.  */
  unsigned int readers;		/* Waiting for input.  */
  struct queue in;		/* To be read by us.  */
  struct sock *peer;		/* A reference, of a connected one.  */
  struct addr *addr;		/* Ours, a reference.  */
  struct addr *peer_addr;	/* Where a datagram socket sends.  */
  struct sock *pending, *next_pending; /* Connections not accepted, oldest
					  first; references.  */
  int npending, backlog;
  pthread_cond_t changed;	/* Any of the above.  */
};

/* sock.c: the objects.  */
error_t sock_create (int type, mode_t mode, const struct fs_ids *ids,
		     struct sock **sock);
void sock_ref (struct sock *s);
void sock_unref (struct sock *s);
/* Connect A and B with each other.  */
void sock_pair (struct sock *a, struct sock *b);
/* Nobody has a port to S any more.  */
void sock_close (struct sock *s);
void sock_shutdown (struct sock *s, bool read, bool write);
/* The kernel's word that S' last port is gone may still be on its way although
   the client has long gone on; if so, close S now.  pf_lock is let go for a
   moment.  */
void sock_check (struct sock *s);
/* Make the port's node for S (a reference is taken) and a right to it.  Not
   called with pf_lock held.  */
error_t sock_port (struct sock *s, const struct fs_ids *ids,
		   mach_port_t *port);

/* addr.c: addresses.  Locked by pf_lock.  */
error_t addr_create (struct addr **addr);
/* S' own address, made if there is none; a reference.  */
error_t addr_of (struct sock *s, struct addr **addr);
/* A right to a new reference of ADDR, which is consumed; null for null.  */
mach_port_t addr_right (struct addr *addr);

/* transfer.c: moving data; pf_lock held.  FLAGS: O_NONBLOCK.  */
error_t sock_wait_readable (struct sock *s, int flags);
/* Something was taken from S' input.  */
void sock_consumed (struct sock *s);
/* Append to where S is connected to.  P, if not null, becomes the first packet
   of a stream or is the record itself.  */
error_t sock_write (struct sock *s, struct packet *p, const void *data,
		    size_t *len, int flags);
/* Put P to TO's input, waiting for room.  */
error_t sock_put (struct sock *from, struct sock *to, struct packet *p,
		  int flags);

/* The sock behind PORT, which is an open of it; the caller unrefs the cred.  */
struct sock *sock_lookup (mach_port_t port, struct fs_cred **cred);

extern const struct fs_ops sock_ops;

#endif /* PERDURE_PFLOCAL_H */
