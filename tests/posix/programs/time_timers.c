/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timer_create with signals and threads.  */

#include "../test.h"

static volatile sig_atomic_t got;
static void note (int s) { got++; }

int
main (void)
{
  timer_t t;
  struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
  struct itimerspec it = { { 0, 50000000 }, { 0, 50000000 } };
  signal (SIGUSR1, note);
  if (timer_create (CLOCK_REALTIME, &ev, &t))
    unsupported ("libc's timer_create is a stub");
  CHECK (timer_settime (t, 0, &it, NULL) == 0);
  for (int i = 0; i < 60 && got < 3; i++)
    nap (50);
  CHECK (got >= 3);
  CHECK (timer_delete (t) == 0);
  return verdict ();
}
