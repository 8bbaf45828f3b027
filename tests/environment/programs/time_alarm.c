/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An alarm that ends a pause.  */
#include <signal.h>
#include "../env.h"

static volatile sig_atomic_t rung;

static void
ring (int signo)
{
  rung = 1;
}

PROGRAM (time_alarm)
{
  sigset_t block, old;
  sigemptyset (&block);
  sigaddset (&block, SIGALRM);
  sigprocmask (SIG_BLOCK, &block, &old);
  signal (SIGALRM, ring);
  env_ready ();
  while (!env_ended ())
    {
      double start = env_now ();
      rung = 0;
      alarm (4);
      while (!rung)
	sigsuspend (&old);
      CHECK (env_now () - start >= 3.98, "%.3f s", env_now () - start);
    }
}
