/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting in a handler.  */

#include "internal.h"

void
sv_rpc_park (struct sv_rpc *rpc)
{
  struct sv_bucket *b = rpc->bucket;
  b->running--;
  b->parked++;
  if (b->gate == SV_DRAINING)
    pthread_cond_broadcast (&b->changed);
}

void
sv_rpc_unpark (struct sv_rpc *rpc)
{
  struct sv_bucket *b = rpc->bucket;
  while (rpc->wakers || b->gate == SV_CLOSED)
    pthread_cond_wait (&b->resume, &sv_lock);
  b->parked--;
  b->running++;
  b->activity++;
}

void
sv_rpc_watch (struct sv_rpc *rpc)
{
  mach_port_t previous = MACH_PORT_NULL;
  if (rpc->watched || !MACH_PORT_VALID (rpc->reply))
    return;
  rpc->watched = true;
  if (mach_port_request_notification (mach_task_self (), rpc->reply,
				      MACH_NOTIFY_DEAD_NAME, 1,
				      rpc->bucket->control,
				      MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous)
      == KERN_SUCCESS
      && MACH_PORT_VALID (previous))
    mach_port_deallocate (mach_task_self (), previous);
}

static error_t
plain_wait (pthread_cond_t *cond, pthread_mutex_t *lock,
	    const struct timespec *abstime)
{
  if (abstime)
    return pthread_cond_timedwait (cond, lock, abstime);
  return pthread_cond_wait (cond, lock);
}

error_t
sv_wait (pthread_cond_t *cond, pthread_mutex_t *lock,
	 const struct timespec *abstime)
{
  struct sv_rpc *rpc = sv_current;
  error_t err;

  if (rpc == NULL)
    return plain_wait (cond, lock, abstime);

  pthread_mutex_lock (&sv_lock);
  if (rpc->interrupted)
    {
      pthread_mutex_unlock (&sv_lock);
      return EINTR;
    }
  sv_rpc_watch (rpc);
  rpc->cond = cond;
  rpc->lock = lock;
  sv_rpc_park (rpc);
  pthread_mutex_unlock (&sv_lock);

  err = plain_wait (cond, lock, abstime);

  pthread_mutex_lock (&sv_lock);
  bool unlocked = rpc->wakers || rpc->bucket->gate == SV_CLOSED;
  if (unlocked)
    pthread_mutex_unlock (lock);
  sv_rpc_unpark (rpc);
  rpc->cond = NULL;
  if (rpc->interrupted)
    err = EINTR;
  pthread_mutex_unlock (&sv_lock);
  if (unlocked)
    pthread_mutex_lock (lock);
  return err;
}

void
sv_park (void)
{
  if (sv_current == NULL)
    return;
  pthread_mutex_lock (&sv_lock);
  sv_rpc_park (sv_current);
  pthread_mutex_unlock (&sv_lock);
}

void
sv_unpark (void)
{
  if (sv_current == NULL)
    return;
  pthread_mutex_lock (&sv_lock);
  sv_rpc_unpark (sv_current);
  pthread_mutex_unlock (&sv_lock);
}
