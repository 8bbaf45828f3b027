/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of libauth.  */

#ifndef PERDURE_AUTH_INTERNAL_H
#define PERDURE_AUTH_INTERNAL_H

#include "libauth/libauth.h"
#include "auth_S.h"

/* More ids than this in a list are refused: a reply has room for them.  */
#define AUTH_MAX_IDS 256

/* One of the two that meet.  */
struct auth_party
{
  struct auth_party *next;
  mach_port_t rendezvous;
  bool server;
  bool met;			/* The other one has been here …  */
  struct auth_party *other;	/* … and waits until this one has seen it …  */
  bool seen;			/* … which is told there.  */
  error_t error;		/* The rendezvous port died.  */
  pthread_cond_t changed;
  /* What the user brings: his ids (a reference).  What the server brings: the
     port for the user.  Each is handed to the other.  */
  struct auth_handle *handle;
  mach_port_t newport;
  mach_msg_type_name_t newport_type;
};

extern pthread_mutex_t auth_lock;

/* Where in-process servers watch their rendezvous ports: the bucket of the
   first handle.  Changed with auth_lock held.  */
extern struct sv_bucket *auth_bucket;

/* Meet the other party at ME->rendezvous; afterwards ME has what the other
   brought.  The wait is parked; if it is LIMITED, it ends after some time (ETIMEDOUT).  */
error_t auth_meet (struct auth_party *me, struct sv_bucket *bucket,
		   bool limited);

#endif /* PERDURE_AUTH_INTERNAL_H */
