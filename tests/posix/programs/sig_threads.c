/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pthread_kill reaches its thread; pthread_sigmask is the thread's own.  */

#include "../test.h"
#include <pthread.h>

static volatile pthread_t who;
static volatile sig_atomic_t got;
static volatile bool stop;

static void
handler (int s)
{
  who = pthread_self ();
  got++;
}

static void *
run (void *arg)
{
  while (!stop)
    nap (10);
  return NULL;
}

int
main (void)
{
  pthread_t t;
  sigset_t set, other;
  signal (SIGUSR1, handler);
  NEED (pthread_create (&t, NULL, run, NULL) == 0);
  CHECK (pthread_kill (t, SIGUSR1) == 0);
  for (int i = 0; i < 100 && !got; i++)
    nap (10);
  CHECK (got == 1 && pthread_equal (who, t));
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  CHECK (pthread_sigmask (SIG_BLOCK, &set, NULL) == 0);
  CHECK (pthread_sigmask (SIG_BLOCK, NULL, &other) == 0 && sigismember (&other, SIGUSR1));
  CHECK (pthread_kill (t, 0) == 0);
  stop = true;
  pthread_join (t, NULL);
  return verdict ();
}
