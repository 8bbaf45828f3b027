/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIGCHLD comes when a child ends, stops and continues; SA_NOCLDSTOP leaves out the latter.  */

#include "../test.h"

static volatile sig_atomic_t got;
static void note (int s) { got++; }

static int
sleeper (void *arg)
{
  nap (10000);
  return 0;
}

static bool
until (int n)
{
  for (int i = 0; i < 100 && got < n; i++)
    nap (20);
  return got == n;
}

int
main (void)
{
  struct sigaction sa;
  memset (&sa, 0, sizeof sa);
  sa.sa_handler = note;
  sigaction (SIGCHLD, &sa, NULL);
  pid_t pid = child (sleeper, NULL);
  nap (50);
  kill (pid, SIGSTOP);
  CHECK (until (1));
  kill (pid, SIGCONT);
  nap (200);
  printf ("after continuing: %d\n", got);
  sa.sa_flags = SA_NOCLDSTOP;
  sigaction (SIGCHLD, &sa, NULL);
  int before = got;
  kill (pid, SIGSTOP);
  nap (200);
  CHECK (got == before);
  kill (pid, SIGKILL);
  CHECK (until (before + 1));
  ended (pid);
  return verdict ();
}
