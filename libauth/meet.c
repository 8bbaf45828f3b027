/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rendezvous.  */

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "libauth/internal.h"

/* How long a server in this process waits for its user: who never comes is not to keep a
   thread for ever.  */
enum { USER_SECONDS = 60 };

pthread_mutex_t auth_lock = PTHREAD_MUTEX_INITIALIZER;
static struct auth_party *waiting;

/* NAME was a rendezvous port, and is dead: nobody else will come.  (Its
   references are those of the requests.)  */
static void
died (void *arg, mach_port_t name)
{
  struct auth_party *p;

  pthread_mutex_lock (&auth_lock);
  for (p = waiting; p; p = p->next)
    if (p->rendezvous == name && !p->met)
      {
	p->error = EINVAL;
	pthread_cond_signal (&p->changed);
      }
  pthread_mutex_unlock (&auth_lock);
}

/* Exchange what A and B have brought.  */
static void
exchange (struct auth_party *a, struct auth_party *b)
{
  struct auth_handle *handle = a->handle;
  mach_port_t newport = a->newport;
  mach_msg_type_name_t type = a->newport_type;

  a->handle = b->handle;
  a->newport = b->newport;
  a->newport_type = b->newport_type;
  b->handle = handle;
  b->newport = newport;
  b->newport_type = type;
  a->met = b->met = true;
}

static void
leave (struct auth_party *me)
{
  struct auth_party **pp;

  for (pp = &waiting; *pp; pp = &(*pp)->next)
    if (*pp == me)
      {
	*pp = me->next;
	break;
      }
}

error_t
auth_meet (struct auth_party *me, struct sv_bucket *bucket, bool limited)
{
  struct auth_party *p;
  struct timespec until;
  error_t err = 0;

  if (!MACH_PORT_VALID (me->rendezvous))
    return EINVAL;
  pthread_cond_init (&me->changed, NULL);
  clock_gettime (CLOCK_REALTIME, &until);
  until.tv_sec += USER_SECONDS;

  pthread_mutex_lock (&auth_lock);
  for (p = waiting; p; p = p->next)
    if (p->rendezvous == me->rendezvous && p->server != me->server
	&& !p->met && !p->error)
      break;
  if (p)
    {
      exchange (me, p);
      p->other = me;
      pthread_cond_signal (&p->changed);
      /* No checkpoint may find that we are answered, and that one parked still: it
	 would ask again after a restore, and nobody would come.  */
      while (!me->seen)
	pthread_cond_wait (&me->changed, &auth_lock);
    }
  else
    {
      me->next = waiting;
      waiting = me;
      pthread_mutex_unlock (&auth_lock);
      err = sv_notify_dead (bucket, me->rendezvous, died, NULL);
      pthread_mutex_lock (&auth_lock);
      while (!err && !me->met && !me->error)
	err = sv_wait (&me->changed, &auth_lock, limited ? &until : NULL);
      if (me->met)
	{
	  err = 0;
	  me->other->seen = true;
	  pthread_cond_signal (&me->other->changed);
	}
      else if (me->error)
	err = me->error;
      leave (me);
    }
  pthread_mutex_unlock (&auth_lock);
  pthread_cond_destroy (&me->changed);
  return err;
}
