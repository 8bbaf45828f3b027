/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads that wait at a barrier, for a lock of readers and writers, for a
   semaphore, and one that is cancelled.  */

#include <pthread.h>
#include <semaphore.h>
#include "../env.h"

static pthread_barrier_t barrier;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t sem;
static volatile int cleaned;

static void
cleanup (void *arg)
{
  cleaned++;
}

static void *
at_barrier (void *arg)
{
  pthread_barrier_wait (&barrier);
  return (void *) 1;
}

static void *
for_lock (void *arg)
{
  MUST (pthread_rwlock_wrlock (&rwlock));
  pthread_rwlock_unlock (&rwlock);
  return (void *) 2;
}

static void *
for_sem (void *arg)
{
  while (sem_wait (&sem))
    CHECK (errno == EINTR, "%s", strerror (errno));
  return (void *) 3;
}

static void *
cancelled (void *arg)
{
  pthread_cleanup_push (cleanup, NULL);
  for (;;)
    sleep (1000);
  pthread_cleanup_pop (0);
  return NULL;
}

PROGRAM (thread_locks)
{
  void *(*const functions[4]) (void *) = { at_barrier, for_lock, for_sem,
					   cancelled };
  pthread_t threads[4];
  MUST (pthread_barrier_init (&barrier, NULL, 2));
  SYS (sem_init (&sem, 0, 0));
  MUST (pthread_rwlock_rdlock (&rwlock));
  for (int i = 0; i < 4; i++)
    MUST (pthread_create (&threads[i], NULL, functions[i], NULL));
  sleep (1);
  env_wait ();
  pthread_barrier_wait (&barrier);
  pthread_rwlock_unlock (&rwlock);
  SYS (sem_post (&sem));
  for (int i = 0; i < 3; i++)
    {
      void *value;
      MUST (pthread_join (threads[i], &value));
      CHECK ((intptr_t) value == i + 1, "%d", i);
    }
  MUST (pthread_cancel (threads[3]));
  MUST (pthread_join (threads[3], NULL));
  CHECK (cleaned == 1, "%d", cleaned);
}
