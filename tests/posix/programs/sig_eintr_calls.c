/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wait, pause, sleep, select, sigsuspend and nanosleep end early with a handled signal.  */

#include "../test.h"
#include <sys/select.h>

static volatile sig_atomic_t got;
static void note (int s) { got++; }

static int
sleeper (void *arg)
{
  nap (20000);
  return 0;
}

static int
poker (void *arg)
{
  pid_t parent = getppid ();
  for (int i = 0; i < 6; i++)
    {
      nap (150);
      kill (parent, SIGUSR1);
    }
  return 0;
}

int
main (void)
{
  struct sigaction sa;
  sigset_t set;
  struct timespec ts = { 20, 0 }, left = { 0, 0 };
  struct timeval tv = { 20, 0 };
  memset (&sa, 0, sizeof sa);
  sa.sa_handler = note;
  sigaction (SIGUSR1, &sa, NULL);
  pid_t s = child (sleeper, NULL), p = child (poker, NULL);
  CHECK_ERROR (waitpid (s, NULL, 0), EINTR);
  CHECK_ERROR (pause (), EINTR);
  CHECK (sleep (20) >= 18);
  CHECK_ERROR (select (0, NULL, NULL, NULL, &tv), EINTR);
  sigemptyset (&set);
  CHECK_ERROR (sigsuspend (&set), EINTR);
  CHECK_ERROR (nanosleep (&ts, &left), EINTR);
  printf ("left %ld.%09ld\n", (long) left.tv_sec, left.tv_nsec);
  CHECK (left.tv_sec >= 17);
  CHECK (got == 6);
  kill (s, SIGKILL);
  ended (s);
  ended (p);
  return verdict ();
}
