/* SPDX-License-Identifier: GPL-3.0-or-later */
/* condition variables: signal, broadcast, timed waits.  */

#include "../test.h"
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER, done = PTHREAD_COND_INITIALIZER;
static int turn, waiting, passed;

static void *
waiter (void *arg)
{
  pthread_mutex_lock (&lock);
  waiting++;
  pthread_cond_signal (&done);
  while (!turn)
    pthread_cond_wait (&cond, &lock);
  passed++;
  pthread_cond_signal (&done);
  pthread_mutex_unlock (&lock);
  return NULL;
}

int
main (void)
{
  pthread_t t[5];
  struct timespec ts;
  for (int i = 0; i < 5; i++)
    NEED (pthread_create (&t[i], NULL, waiter, NULL) == 0);
  pthread_mutex_lock (&lock);
  while (waiting < 5)
    pthread_cond_wait (&done, &lock);
  turn = 1;
  pthread_cond_broadcast (&cond);
  while (passed < 5)
    pthread_cond_wait (&done, &lock);
  clock_gettime (CLOCK_REALTIME, &ts);
  ts.tv_sec -= 1;
  CHECK (pthread_cond_timedwait (&cond, &lock, &ts) == ETIMEDOUT);
  clock_gettime (CLOCK_REALTIME, &ts);
  ts.tv_nsec += 100000000;
  if (ts.tv_nsec >= 1000000000)
    ts.tv_sec++, ts.tv_nsec -= 1000000000;
  double began = now ();
  CHECK (pthread_cond_timedwait (&cond, &lock, &ts) == ETIMEDOUT);
  CHECK (now () - began > 0.08);
  pthread_mutex_unlock (&lock);
  for (int i = 0; i < 5; i++)
    pthread_join (t[i], NULL);
  CHECK (passed == 5);
  return verdict ();
}
