/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads waiting for a mutex, a condition, a semaphore, a read-write lock, a
   barrier and a spinning one.  */

#include <pthread.h>
#include <semaphore.h>
#include "../env.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER,
  lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t sem;
static bool go;
static int passed;

static void
pass (int err, int value)
{
  CHECK (err == 0, "%d: %s", value, strerror (err));
  CHECK (go, "%d: too early", value);
  __atomic_add_fetch (&passed, value, __ATOMIC_SEQ_CST);
}

static void *
on_mutex (void *arg)
{
  int err = pthread_mutex_lock (&mutex);
  pass (err, 1);
  pthread_mutex_unlock (&mutex);
  return arg;
}

static void *
on_cond (void *arg)
{
  pthread_mutex_lock (&lock);
  int err = 0;
  while (!go && err == 0)
    err = pthread_cond_wait (&cond, &lock);
  pthread_mutex_unlock (&lock);
  pass (err, 10);
  return arg;
}

static void *
on_sem (void *arg)
{
  int err = sem_wait (&sem) < 0 ? errno : 0;
  pass (err, 100);
  return arg;
}

static void *
on_rwlock (void *arg)
{
  int err = (arg ? pthread_rwlock_wrlock : pthread_rwlock_rdlock) (&rwlock);
  pass (err, 1000);
  pthread_rwlock_unlock (&rwlock);
  return arg;
}

static void *
on_barrier (void *arg)
{
  int err = pthread_barrier_wait (&barrier);
  pass (err == PTHREAD_BARRIER_SERIAL_THREAD ? 0 : err, 10000);
  return arg;
}

PROGRAM (mutexes)
{
  void *(*const functions[]) (void *) =
    { on_mutex, on_mutex, on_cond, on_cond, on_sem, on_sem, on_rwlock,
      on_rwlock, on_barrier, on_barrier };
  pthread_t threads[10];
  pthread_barrier_init (&barrier, NULL, 3);
  sem_init (&sem, 0, 0);
  pthread_mutex_lock (&mutex);
  pthread_rwlock_wrlock (&rwlock);
  for (intptr_t i = 0; i < 10; i++)
    MUST (pthread_create (&threads[i], NULL, functions[i],
			  (void *) (i & 1)));
  env_wait ();
  CHECK (passed == 0, "%d", passed);
  pthread_mutex_lock (&lock);
  go = true;
  pthread_cond_broadcast (&cond);
  pthread_mutex_unlock (&lock);
  pthread_mutex_unlock (&mutex);
  pthread_rwlock_unlock (&rwlock);
  sem_post (&sem);
  sem_post (&sem);
  pthread_barrier_wait (&barrier);
  for (int i = 0; i < 10; i++)
    pthread_join (threads[i], NULL);
  CHECK (passed == 22222, "%d", passed);
}
