/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ports as objects, and the threads that serve them.

   A *bucket* is a port set with a pool of threads; each incoming request is
   handled by one thread, which may block.  When all threads of a bucket are
   busy another is started, so a handler that waits for another handler never
   starves it.  A *port* is an object of the caller's own type whose first
   member is a struct sv_port and which owns one receive right.

   References: a port lives as long as it has references.  One reference
   stands for its receive right while somebody holds a send right; it is
   dropped when the kernel says that there are no more senders (after the
   class' NO_SENDERS function) or by sv_port_destroy.

   The freezer: sv_freeze waits until every request that was sent before has
   been answered or is parked in sv_wait, and then lets no handler run until
   sv_thaw.  A checkpoint is taken between the two: it finds no request half
   done.  The clients must be suspended before sv_freeze is called, or it may
   never find a quiet moment.  */

#ifndef PERDURE_SERVER_H
#define PERDURE_SERVER_H

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <mach.h>

struct sv_bucket;

/* A kind of port.  */
struct sv_class
{
  const char *name;
  /* Nobody holds a send right any more; called once, without locks, before
     the right's own reference is dropped.  May be NULL.  */
  void (*no_senders) (void *object);
  /* The last reference is gone: release what OBJECT holds; the memory itself
     is freed by the library.  May be NULL.  */
  void (*clean) (void *object);
  /* Around everything that is done for one message to the port, notifications
     included: for those who care about the order of messages (msgh_seqno),
     which several threads handle.  May be NULL.  */
  void (*arrive) (void *object, const mach_msg_header_t *msg);
  void (*depart) (void *object, const mach_msg_header_t *msg);
};

struct sv_port
{
  const struct sv_class *class;
  struct sv_bucket *bucket;
  mach_port_t right;		/* Name of the receive right, or null.  */
  uint64_t id;			/* Unique in this process, never reused;
				   survives a restore.  */
  unsigned int refs;		/* Owned by the library, as is the rest.  */
  mach_port_mscount_t mscount;	/* Send rights made by this library.  */
  bool senders;			/* A reference stands for send rights.  */
  bool ns_requested;		/* The kernel will say when there are none.  */
  mach_port_seqno_t done;	/* Messages before this one are done with.  */
  mach_port_seqno_t final;	/* If FINISHED: none from this one on comes.  */
  bool finished;
  bool interrupted;		/* An interrupt_operation has come ...  */
  mach_port_seqno_t interrupt_seqno; /* ... after requests up to this.  */
  struct sv_port *hash_next, *id_next, *all_next, **all_prevp;
  struct sv_rpc *rpcs;		/* Requests being handled on this port.  */
};

/* Create a bucket in *BUCKET.  */
error_t sv_bucket_create (struct sv_bucket **bucket);

/* Create an object of SIZE bytes (zeroed but for its struct sv_port) with a
   new receive right in BUCKET, and store it in *OBJECT (a pointer to the
   caller's type) with one reference for the caller.  The right's own reference
   comes into being with the first send right made by sv_port_get_right.
   ID is the object's id, or 0 for the next free one; EEXIST if it is taken.  */
error_t sv_port_create (struct sv_bucket *bucket, const struct sv_class *class,
			size_t size, uint64_t id, void *object);

/* The same for a RECEIVE right that the caller owns and gives up.  */
error_t sv_port_import (struct sv_bucket *bucket, const struct sv_class *class,
			size_t size, uint64_t id, mach_port_t receive,
			void *object);

/* Make a send right for OBJECT and return its name; the caller owns one user
   reference of it, to be handed on with MACH_MSG_TYPE_MOVE_SEND or
   deallocated.  (The name is that of the receive right.)  Asks for a
   no-senders notification.  MACH_PORT_NULL when the port is destroyed.  */
mach_port_t sv_port_get_right (void *object);

/* Add a reference to NAME, a send right of ours, or the dead name that it has
   become; nothing for a null or dead port.  */
error_t sv_right_ref (mach_port_t name);

/* Find the object whose receive right is called NAME, and which is of CLASS
   (of any class if CLASS is NULL), with a new reference; NULL if none.  */
void *sv_lookup (mach_port_t name, const struct sv_class *class);

/* Find an object by its id, likewise.  */
void *sv_lookup_id (uint64_t id, const struct sv_class *class);

/* The next free id, for a checkpoint; and before a restore: no id below NEXT is
   given to a new object.  */
uint64_t sv_next_id (void);
void sv_reserve_ids (uint64_t next);

/* Add and drop a reference.  sv_unref of NULL does nothing.  */
void *sv_ref (void *object);
void sv_unref (void *object);

/* Destroy OBJECT's receive right: clients see a dead name.  Requests being
   handled are interrupted.  The caller's reference is kept.  */
void sv_port_destroy (void *object);

/* Call FUNCTION (OBJECT, ARG) for each live object of BUCKET of CLASS (NULL:
   all), each referenced meanwhile, until one returns nonzero; return that.  */
error_t sv_for_each (struct sv_bucket *bucket, const struct sv_class *class,
		     error_t (*function) (void *object, void *arg), void *arg);

/* A demultiplexer: as MIG generates them, returns true when it knew INP's id
   and filled OUTP.  */
typedef boolean_t (*sv_demuxer) (mach_msg_header_t *inp,
				 mach_msg_header_t *outp);

/* Serve BUCKET's requests in at least THREADS threads with the DEMUXERS (an
   array that ends with NULL), and notifications and interrupt_operation
   besides.  Unknown messages are answered with MIG_BAD_ID.  Starts the threads
   and returns.  */
error_t sv_serve (struct sv_bucket *bucket, int threads,
		  const sv_demuxer *demuxers);

/* Run FUNCTION (ARG) in a new detached thread.  */
error_t sv_thread (void (*function) (void *arg), void *arg);

/* Wait on COND with LOCK held, as pthread_cond_wait does, from a handler or
   from any other thread.  In a handler the request counts as parked meanwhile:
   a freeze may happen during the wait.  After it LOCK is held again and the
   caller must check its predicate anew.  ABSTIME (CLOCK_REALTIME) may be NULL.
   Returns 0, ETIMEDOUT, or EINTR when the request was interrupted
   (interrupt_operation, the port destroyed, or the reply port died).  A caller
   that gets EINTR returns EINTR as its answer.  Never hold another lock than
   LOCK.  */
error_t sv_wait (pthread_cond_t *cond, pthread_mutex_t *lock,
		 const struct timespec *abstime);

/* Around a call from a handler that may take long and in which a freeze may
   happen (an RPC to the ground that blocks).  No lock may be held at either.
   sv_unpark returns when no freeze is on.  The request is then seen by a
   checkpoint as not handled at all: the client sends it again after a restore.  */
void sv_park (void);
void sv_unpark (void);

/* Answer the request that this thread is handling with CODE now, though the
   handler has more to do; it must then return MIG_NO_REPLY.  For requests
   whose answer carries nothing but the code.  */
void sv_reply_early (error_t code);

/* With the gate of BUCKET closed: call FUNCTION for each request that is parked and
   not answered yet, until nonzero.  PORT is what it was sent to, REPLY the right
   to answer it with, or none.  ENOMEM.  */
error_t sv_for_each_parked (struct sv_bucket *bucket,
			    error_t (*function) (void *arg,
						 struct sv_port *port,
						 const mach_msg_header_t *req,
						 mach_port_t reply),
			    void *arg);

/* Close the gate of BUCKET and wait until no handler runs; see above.
   Returns ETIMEDOUT (with the gate open again) after TIMEOUT_MS.  */
error_t sv_freeze (struct sv_bucket *bucket, int timeout_ms);
void sv_thaw (struct sv_bucket *bucket);

/* Ask to be told, by FUNCTION (ARG, NAME) in a thread of BUCKET, when the port
   on which we hold the send right NAME dies.  The name then is a dead name, to
   be deallocated by FUNCTION.  */
error_t sv_notify_dead (struct sv_bucket *bucket, mach_port_t name,
			void (*function) (void *arg, mach_port_t name),
			void *arg);

#endif /* PERDURE_SERVER_H */
