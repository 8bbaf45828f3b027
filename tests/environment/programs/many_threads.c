/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forty threads: some compute, some wait for each other, some have ended and are
   to be joined.  */

#include <pthread.h>
#include "../env.h"

#define THREADS 40

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;
static volatile bool stop;
static __thread int mine;

static void *
run (void *arg)
{
  int n = (intptr_t) arg;
  mine = n * 3;
  if (n % 4 == 0)
    return (void *) (intptr_t) mine;
  if (n % 4 == 1)
    while (!stop)
      usleep (10000 + n * 100);
  else
    {
      pthread_mutex_lock (&lock);
      while (turn != n)
	pthread_cond_wait (&changed, &lock);
      turn++;
      pthread_cond_broadcast (&changed);
      pthread_mutex_unlock (&lock);
    }
  return (void *) (intptr_t) mine;
}

PROGRAM (many_threads)
{
  pthread_t threads[THREADS];
  pthread_attr_t attr;
  pthread_attr_init (&attr);
  pthread_attr_setstacksize (&attr, 128 * 1024);
  for (intptr_t i = 0; i < THREADS; i++)
    MUST (pthread_create (&threads[i], &attr, run, (void *) i));
  env_wait ();
  stop = true;
  for (int i = 0; i < THREADS; i++)
    {
      void *value;
      if (i % 4 > 1)
	{
	  pthread_mutex_lock (&lock);
	  turn = i;
	  pthread_cond_broadcast (&changed);
	  pthread_mutex_unlock (&lock);
	}
      MUST (pthread_join (threads[i], &value));
      CHECK ((intptr_t) value == i * 3, "%d: %d", i, (int) (intptr_t) value);
    }
}
