/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Closing and opening the gate of a bucket.

   All ports of the bucket's set share one queue in the kernel, and that is
   first in, first out.  So once a sentinel sent now has been received, every
   request sent before has been received as well; and once *each* thread that
   might be between receiving and being counted has taken a sentinel, all of
   them are known: answered, or parked.  Whatever begins to run meanwhile (a
   handler that calls our own ports, a wait that ends) makes the round void, and
   a new one is begun when nothing runs.  */

#include "internal.h"

static error_t
send_sentinel (struct sv_bucket *b, unsigned int round)
{
  mach_msg_header_t msg =
  {
    .msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_MAKE_SEND, 0),
    .msgh_size = sizeof msg,
    .msgh_remote_port = b->control,
    .msgh_id = SV_SENTINEL_ID | (round & SV_ROUND_MASK),
  };
  return mach_msg (&msg, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof msg, 0,
		   MACH_PORT_NULL, 1000, MACH_PORT_NULL);
}

/* Stop all idle threads.  Returns 0 if nothing has begun to run meanwhile,
   EAGAIN if something has.  */
static error_t
stop_idle (struct sv_bucket *b, const struct timespec *deadline)
{
  unsigned long activity = b->activity;
  unsigned int round = b->round;
  error_t err = 0;

  if (b->idle == 0)
    sv_bucket_grow (b);
  if (b->idle == 0)
    return ENOMEM;
  while (b->idle && b->activity == activity && !err)
    {
      unsigned long checkins = b->checkins;
      pthread_mutex_unlock (&sv_lock);
      err = send_sentinel (b, round);
      pthread_mutex_lock (&sv_lock);
      while (!err && b->checkins == checkins && b->activity == activity)
	err = pthread_cond_timedwait (&b->changed, &sv_lock, deadline);
    }
  if (!err && b->activity != activity)
    err = EAGAIN;
  return err;
}

static void
reopen (struct sv_bucket *b, enum sv_gate gate)
{
  b->gate = gate;
  b->round++;
  pthread_cond_broadcast (&b->resume);
}

error_t
sv_freeze (struct sv_bucket *b, int timeout_ms)
{
  struct timespec deadline;
  error_t err = 0;
  /* A handler of the bucket may freeze it: it does not wait for itself.  */
  unsigned int self = sv_current && sv_current->bucket == b;

  clock_gettime (CLOCK_REALTIME, &deadline);
  deadline.tv_sec += timeout_ms / 1000;
  deadline.tv_nsec += timeout_ms % 1000 * 1000000L;
  if (deadline.tv_nsec >= 1000000000L)
    {
      deadline.tv_sec++;
      deadline.tv_nsec -= 1000000000L;
    }

  pthread_mutex_lock (&sv_lock);
  if (b->gate != SV_OPEN)
    {
      pthread_mutex_unlock (&sv_lock);
      return EBUSY;
    }
  b->gate = SV_DRAINING;
  b->round++;
  do
    {
      if (err == EAGAIN)
	reopen (b, SV_DRAINING);
      err = 0;
      while (b->running > self && !err)
	err = pthread_cond_timedwait (&b->changed, &sv_lock, &deadline);
      if (!err)
	err = stop_idle (b, &deadline);
    }
  while (err == EAGAIN);
  if (err)
    reopen (b, SV_OPEN);
  else
    b->gate = SV_CLOSED;
  pthread_mutex_unlock (&sv_lock);
  return err == MACH_SEND_TIMED_OUT ? ETIMEDOUT : err;
}

void
sv_thaw (struct sv_bucket *b)
{
  pthread_mutex_lock (&sv_lock);
  if (b->gate == SV_CLOSED)
    reopen (b, SV_OPEN);
  pthread_mutex_unlock (&sv_lock);
}
