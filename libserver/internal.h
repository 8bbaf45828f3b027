/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the port half of libserver share.

   One lock, sv_lock, protects everything here: tables, reference counts, the
   lists of requests and the counts of threads.  It is a leaf: nothing else is
   locked while it is held.  */

#ifndef PERDURE_SERVER_INTERNAL_H
#define PERDURE_SERVER_INTERNAL_H

#include <mach/mig_errors.h>
#include <mach/notify.h>
#include "server.h"

extern pthread_mutex_t sv_lock;

enum sv_gate
{
  SV_OPEN,
  SV_DRAINING,			/* A freeze waits until all is quiet.  */
  SV_CLOSED,
};

struct sv_bucket
{
  struct sv_bucket *next;
  mach_port_t set;
  mach_port_t control;		/* Sentinels and dead-name notifications.  */
  const sv_demuxer *demuxers;
  struct sv_port *all;
  struct sv_rpc *rpcs;		/* Requests being handled.  */

  unsigned int keep;		/* As many threads may idle.  */
  unsigned int idle;		/* Threads receiving, or about to.  */
  unsigned int running;		/* Handling a request.  */
  unsigned int parked;		/* Handling one, but waiting.  */
  unsigned int checked;		/* Stopped by a sentinel.  */
  unsigned long checkins;	/* Counts sentinels received in time.  */
  unsigned int spare;		/* Resting.  */
  unsigned int calls;		/* Spare threads called back to work.  */

  enum sv_gate gate;
  unsigned int round;		/* Of sentinels.  */
  unsigned long activity;	/* Counts what begins to run.  */
  pthread_cond_t changed;	/* For the freezer.  */
  pthread_cond_t resume;	/* For all that wait for a thaw.  */
  pthread_cond_t called;	/* For spare threads.  */
};

/* A request that is being handled; lives on its thread's stack.  */
struct sv_rpc
{
  struct sv_bucket *bucket;
  struct sv_port *port;		/* Referenced; may be null.  */
  struct sv_rpc *port_next, **port_prevp;
  struct sv_rpc *all_next, **all_prevp;
  mach_msg_header_t *request;
  mach_port_t reply;
  mach_port_seqno_t seqno;
  bool interrupted;
  bool answered;		/* By sv_reply_early.  */
  bool watched;			/* We are told when the reply port dies.  */
  pthread_cond_t *cond;		/* What sv_wait waits for, */
  pthread_mutex_t *lock;	/* with this lock.  */
  unsigned int wakers;		/* Threads about to wake it up.  */
};

/* The request that this thread handles, or null.  */
extern __thread struct sv_rpc *sv_current;

/* Ids of the messages that only this library sends, to itself.  The low bits
   of a sentinel's are its round.  */
#define SV_SENTINEL_ID	0x5e570000
#define SV_ROUND_MASK	0xffff

/* Tables; called with sv_lock held.  */
struct sv_port *sv_table_find (mach_port_t name);
struct sv_port *sv_table_find_id (uint64_t id);
error_t sv_table_add (struct sv_port *port);
void sv_table_hide (struct sv_port *port); /* Forget its name.  */
void sv_table_remove (struct sv_port *port);

/* Ask the kernel to tell when PORT has no senders; sv_lock held.  */
void sv_request_no_senders (struct sv_port *port);

/* Release PORT's receive right, whose name is forgotten already or about to be; and note
   that a message to NAME, which may have been such a right, is done with.  sv_lock
   held.  */
void sv_retire (struct sv_port *port);
void sv_retired_done (mach_port_t name);

/* Let one more thread of B receive; sv_lock held.  */
void sv_bucket_grow (struct sv_bucket *b);
void *sv_worker (void *bucket);

/* Whether MSG's body is nothing but items with whole descriptors and as much data
   as these say, and none of a simple message lies outside it or is a right.  The
   kernel looks at complex messages only, and the stubs believe addresses and
   numbers of units that a simple one has.  */
bool sv_well_formed (const mach_msg_header_t *msg);

/* Handle *REQUEST; returns true if REPLY is to be sent.  */
bool sv_handle (struct sv_bucket *b, mach_msg_header_t *request,
		mig_reply_header_t *reply);

/* Handle MSG if it is a notification.  */
bool sv_notification (struct sv_bucket *b, struct sv_port *port,
		      mach_msg_header_t *msg);

/* Interrupt one request, or those of PORT up to SEQNO, or (ALL) all of them,
   or those of B with the reply port REPLY.  sv_lock held; it is released
   meanwhile.  */
void sv_interrupt_rpc (struct sv_rpc *rpc);
void sv_interrupt_port (struct sv_port *port, bool all,
			mach_port_seqno_t seqno);
void sv_interrupt_reply (struct sv_bucket *b, mach_port_t reply);

/* The request of this thread stops, or goes on, being counted as running.
   sv_lock held; going on waits for the gate.  */
void sv_rpc_park (struct sv_rpc *rpc);
void sv_rpc_unpark (struct sv_rpc *rpc);

/* Have the reply port of RPC watched; sv_lock held.  */
void sv_rpc_watch (struct sv_rpc *rpc);

#endif /* PERDURE_SERVER_INTERNAL_H */
