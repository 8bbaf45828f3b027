/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SA_RESTART goes on reading after a handler; without it read fails with EINTR.  */

#include "../test.h"

static volatile sig_atomic_t got;
static void note (int s) { got++; }

static int fd[2];

static int
helper (void *arg)
{
  pid_t parent = getppid ();
  nap (100);
  kill (parent, SIGUSR1);
  nap (100);
  return write (fd[1], "x", 1) != 1;
}

int
main (void)
{
  struct sigaction sa;
  char c;
  memset (&sa, 0, sizeof sa);
  sa.sa_handler = note;
  NEED (pipe (fd) == 0);
  sigaction (SIGUSR1, &sa, NULL);
  pid_t pid = child (helper, NULL);
  CHECK_ERROR (read (fd[0], &c, 1), EINTR);
  CHECK (got == 1);
  CHECK (read (fd[0], &c, 1) == 1);
  ended (pid);
  sa.sa_flags = SA_RESTART;
  sigaction (SIGUSR1, &sa, NULL);
  pid = child (helper, NULL);
  CHECK (read (fd[0], &c, 1) == 1 && got == 2);
  ended (pid);
  return verdict ();
}
