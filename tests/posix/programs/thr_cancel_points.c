/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threads are cancelled in read, poll, nanosleep, pthread_cond_wait, sem_wait and pause, and clean up.  */

#include "../test.h"
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>

static int p[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem;
static volatile int cleaned;

static void clean (void *arg) { cleaned++; }

static void
unlock (void *arg)
{
  cleaned += pthread_mutex_trylock (&lock) == EBUSY;
  pthread_mutex_unlock (&lock);
}

static void *
waiter (void *arg)
{
  char c;
  struct pollfd f = { p[0], POLLIN, 0 };
  pthread_cleanup_push (clean, NULL);
  switch (*(int *) arg)
    {
    case 0: while (read (p[0], &c, 1) != 0); break;
    case 1: poll (&f, 1, -1); break;
    case 2: for (;;) sleep (100); break;
    case 3:
      pthread_mutex_lock (&lock);
      pthread_cleanup_push (unlock, NULL);
      for (;;) pthread_cond_wait (&cond, &lock);
      pthread_cleanup_pop (0);
      break;
    case 4: while (1) sem_wait (&sem); break;
    case 5: for (;;) pause (); break;
    }
  pthread_cleanup_pop (0);
  return NULL;
}

int
main (void)
{
  static const char *const what[] = { "read", "poll", "sleep", "pthread_cond_wait", "sem_wait", "pause" };

  NEED (pipe (p) == 0 && sem_init (&sem, 0, 0) == 0);
  for (int i = 0; i < 6; i++)
    {
      pthread_t t;
      void *result = NULL;
      struct timespec until;
      cleaned = 0;
      NEED (pthread_create (&t, NULL, waiter, &i) == 0);
      nap (150);
      CHECK (pthread_cancel (t) == 0);
      clock_gettime (CLOCK_REALTIME, &until);
      until.tv_sec += 5;
      int e = pthread_timedjoin_np (t, &result, &until);
      printf ("%s: %s\n", what[i], strerror (e));
      CHECK (e == 0 && result == PTHREAD_CANCELED && cleaned == 1 + (i == 3));
    }
  return verdict ();
}
