/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mutexes: exclusion, trylock, recursive, error checking, timed.  */

#include "../test.h"
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long counter;

static void *
count (void *arg)
{
  for (int i = 0; i < 20000; i++)
    {
      pthread_mutex_lock (&lock);
      counter++;
      pthread_mutex_unlock (&lock);
    }
  return NULL;
}

int
main (void)
{
  pthread_t t[4];
  for (int i = 0; i < 4; i++)
    NEED (pthread_create (&t[i], NULL, count, NULL) == 0);
  for (int i = 0; i < 4; i++)
    pthread_join (t[i], NULL);
  CHECK (counter == 80000);
  CHECK (pthread_mutex_trylock (&lock) == 0 && pthread_mutex_trylock (&lock) == EBUSY);
  struct timespec ts;
  clock_gettime (CLOCK_REALTIME, &ts);
  ts.tv_nsec += 50000000;
  if (ts.tv_nsec >= 1000000000)
    ts.tv_sec++, ts.tv_nsec -= 1000000000;
  CHECK (pthread_mutex_timedlock (&lock, &ts) == ETIMEDOUT);
  pthread_mutexattr_t a;
  pthread_mutex_t m;
  CHECK (pthread_mutexattr_init (&a) == 0 && pthread_mutexattr_settype (&a, PTHREAD_MUTEX_RECURSIVE) == 0);
  CHECK (pthread_mutex_init (&m, &a) == 0 && pthread_mutex_lock (&m) == 0 && pthread_mutex_lock (&m) == 0);
  CHECK (pthread_mutex_unlock (&m) == 0 && pthread_mutex_unlock (&m) == 0 && pthread_mutex_destroy (&m) == 0);
  CHECK (pthread_mutexattr_settype (&a, PTHREAD_MUTEX_ERRORCHECK) == 0 && pthread_mutex_init (&m, &a) == 0);
  CHECK (pthread_mutex_unlock (&m) == EPERM && pthread_mutex_lock (&m) == 0 && pthread_mutex_lock (&m) == EDEADLK);
  return verdict ();
}
