/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An interval timer: each time not early; it goes on after a restore.  */
#include <signal.h>
#include <sys/time.h>
#include "../env.h"

static volatile sig_atomic_t rings;

static void
ring (int signo)
{
  rings++;
}

PROGRAM (time_interval)
{
  struct itimerval timer = { { 0, 400000 }, { 0, 400000 } };
  signal (SIGALRM, ring);
  double start = env_now ();
  SYS (setitimer (ITIMER_REAL, &timer, NULL));
  env_ready ();
  while (!env_ended ())
    {
      int before = rings;
      for (int i = 0; i < 200 && rings < before + 3; i++)
	usleep (50000);
      CHECK (rings >= before + 3, "the timer has stopped");
      CHECK (rings <= (env_now () - start) / 0.4 + 1, "%d times in %.3f s",
	     (int) rings, env_now () - start);
    }
}
