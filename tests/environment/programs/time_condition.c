/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A condition nobody signals, by the clock that never goes back.  */
#include <pthread.h>
#include <time.h>
#include "../timed.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
wait_once (double seconds)
{
  pthread_cond_t cond;
  pthread_condattr_t attr;
  struct timespec until;
  int err = 0;

  pthread_condattr_init (&attr);
  MUST (pthread_condattr_setclock (&attr, CLOCK_MONOTONIC));
  MUST (pthread_cond_init (&cond, &attr));
  SYS (clock_gettime (CLOCK_MONOTONIC, &until));
  until.tv_sec += (int) seconds;
  pthread_mutex_lock (&lock);
  while (err == 0)
    err = pthread_cond_timedwait (&cond, &lock, &until);
  pthread_mutex_unlock (&lock);
  CHECK (err == ETIMEDOUT, "%s", strerror (err));
  pthread_cond_destroy (&cond);
}

PROGRAM (time_condition)
{
  timed_waits (wait_once, 6);
}
