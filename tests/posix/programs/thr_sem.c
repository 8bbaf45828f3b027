/* SPDX-License-Identifier: GPL-3.0-or-later */
/* semaphores: post, wait, trywait, timedwait, values.  */

#include "../test.h"
#include <pthread.h>
#include <semaphore.h>

static sem_t sem;

static void *
poster (void *arg)
{
  for (int i = 0; i < 100; i++)
    sem_post (&sem);
  return NULL;
}

int
main (void)
{
  pthread_t t;
  int v;
  struct timespec ts;
  CHECK (sem_init (&sem, 0, 2) == 0 && sem_wait (&sem) == 0 && sem_trywait (&sem) == 0);
  CHECK_ERROR (sem_trywait (&sem), EAGAIN);
  clock_gettime (CLOCK_REALTIME, &ts);
  CHECK_ERROR (sem_timedwait (&sem, &ts), ETIMEDOUT);
  NEED (pthread_create (&t, NULL, poster, NULL) == 0);
  for (int i = 0; i < 100; i++)
    CHECK (sem_wait (&sem) == 0);
  pthread_join (t, NULL);
  CHECK (sem_getvalue (&sem, &v) == 0 && v == 0 && sem_destroy (&sem) == 0);
  return verdict ();
}
