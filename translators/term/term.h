/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /hurd/term: terminals on a Mach device or as the slave of a pty.

   One struct term is served by one process.  Everything in it is guarded by
   the lock of its node (T->triv.fs.root->lock).  A pty master is a second node
   of the same process whose operations take that lock too.  */

#ifndef PERDURE_TERM_H
#define PERDURE_TERM_H

#include <translators/trivial/trivial.h>
#include <hurd/ioctl_types.h>
#include "ldisc.h"

/* What lies under a terminal.  Called with the lock held.  */
struct term_bottom
{
  int type;			/* TERM_ON_* */
  /* There is output, or it may go on.  */
  void (*start) (void);
  /* Let go of output that was handed on but not shown.  May be NULL.  */
  void (*discard) (void);
  /* Output that has left the queue but is not yet shown.  */
  size_t (*pending) (void);
  /* Events that a pty's master is told of (TIOCPKT_*); may be NULL.  */
  void (*event) (int bits);
};

struct term
{
  struct triv triv;
  struct ldisc l;
  const struct term_bottom *bottom;
  pthread_cond_t input;		/* Something to read, or an end to waiting.  */
  pthread_cond_t output;	/* Room in the output, or it is empty.  */
  pthread_cond_t readiness;	/* Anything that select waits for.  */
  struct winsize size;
  pid_t foreground;		/* Process group, or 0.  */
  bool exclusive;
  bool hung_up;			/* No carrier: reads end, writes fail.  */
  unsigned int opens;		/* That read or write.  */
  unsigned int readers_waiting;
  int modem;			/* TIOCM_* */
  struct sv_port *cttyid;
  char name[1024];		/* Of our node.  */
  char peer[1024];		/* Of a pty's master.  */
};

extern struct term term;

static inline pthread_mutex_t *
term_lock (void)
{
  return &term.triv.fs.root->lock;
}

/* Operations of the terminal's node.  */
extern const struct fs_ops term_ops;
error_t term_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
		   size_t *len, void *data, int flags);
error_t term_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
		    size_t *len, const void *data, int flags);
error_t term_select (struct fs_node *node, int *type,
		     const struct timespec *abstime);

/* Characters have come from below; what follows of it is done.  Returns how
   many were taken (all, unless the queue is full).  */
size_t term_input (const unsigned char *data, size_t len);

/* True when a reader would have to wait although the queue is full, so that
   input must be dropped rather than wait.  */
bool term_input_has_room (void);

/* The state that waiters look at has changed.  */
void term_wake (void);

/* Wait until all output is shown.  EINTR if interrupted.  */
error_t term_drain (void);

/* Throw away input (TERM_IN) and output (TERM_OUT).  */
#define TERM_IN		1
#define TERM_OUT	2
void term_flush (int which);

/* The other end is gone.  */
void term_hangup (void);

/* Send SIGNAL to the foreground process group, soon.  */
void term_signal (int signal);

/* Controlling terminals.  A ctty port is an ordinary cred of the node that we
   remember together with a process group.  */
error_t ctty_init (void);
/* The process group CRED speaks for is not the foreground one.  */
bool ctty_background (struct fs_cred *cred);

/* Open the Mach device NAME and move characters from and to it.  */
error_t machdev_open (const char *name);

/* Serve a pty, both ends: the bootstrap port belongs to the master's node if
   BOOTSTRAP_IS_MASTER, else to the slave's; PEER is the name of the other.  */
error_t pty_start (bool bootstrap_is_master, const char *peer);

/* The node behind PORT, if it is an open of the terminal; referenced.  */
struct fs_cred *term_cred (mach_port_t port);

extern const sv_demuxer term_demuxers[];

#endif /* PERDURE_TERM_H */
