/* SPDX-License-Identifier: GPL-3.0-or-later */
/* robust mutexes tell that their owner has ended.  */

#include "../test.h"
#include <pthread.h>

static pthread_mutex_t m;

static void *
owner (void *arg)
{
  pthread_mutex_lock (&m);
  return NULL;
}

int
main (void)
{
  pthread_mutexattr_t a;
  pthread_t t;
  pthread_mutexattr_init (&a);
  int e = pthread_mutexattr_setrobust (&a, PTHREAD_MUTEX_ROBUST);
  if (e)
    {
      printf ("pthread_mutexattr_setrobust: %s\n", strerror (e));
      unsupported ("libc's pthread_mutexattr_setrobust has no robust mutexes");
    }
  CHECK (pthread_mutex_init (&m, &a) == 0);
  pthread_create (&t, NULL, owner, NULL);
  pthread_join (t, NULL);
  struct timespec ts;
  clock_gettime (CLOCK_REALTIME, &ts);
  ts.tv_sec += 2;
  e = pthread_mutex_timedlock (&m, &ts);
  printf ("lock after the owner's end: %s\n", strerror (e));
  if (e == ETIMEDOUT)
    unsupported ("libc's thread exit does not mark robust mutexes (pthread_exit)");
  CHECK (e == EOWNERDEAD && pthread_mutex_consistent (&m) == 0 && pthread_mutex_unlock (&m) == 0);
  return verdict ();
}
