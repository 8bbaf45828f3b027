/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two processes that hand a number to each other through pipes, and two that do so
   by signals.  */

#include <signal.h>
#include "../env.h"

static volatile sig_atomic_t caught;

static void
handler (int signo)
{
  caught++;
}

static int
echo (void *arg)
{
  int *fds = arg, n;
  while (read (fds[0], &n, sizeof n) == sizeof n)
    {
      n++;
      write (fds[3], &n, sizeof n);
      if (n < 0)
	break;
    }
  return 0;
}

static int
answer (void *arg)
{
  sigset_t none;
  sigemptyset (&none);
  for (;;)
    {
      int before = caught;
      while (caught == before)
	sigsuspend (&none);
      kill (getppid (), SIGUSR1);
    }
  return 0;
}

PROGRAM (pingpong)
{
  int fds[4], n = 0;
  sigset_t set, none;
  sigemptyset (&none);
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  signal (SIGUSR1, handler);
  SYS (sigprocmask (SIG_BLOCK, &set, NULL));
  SYS (pipe (fds));
  SYS (pipe (fds + 2));
  pid_t a = env_fork (echo, fds), b = env_fork (answer, NULL);
  env_ready ();
  for (int i = 1; env_going (); i++)
    {
      int next = n;
      CHECK (write (fds[1], &next, sizeof next) == sizeof next
	     && read (fds[2], &next, sizeof next) == sizeof next, "%s",
	     strerror (errno));
      CHECK (next == n + 1, "%d after %d", next, n);
      n = next;
      kill (b, SIGUSR1);
      while (caught < i)
	sigsuspend (&none);
      CHECK (caught == i, "%d signals in round %d", caught, i);
      if (i % 20 == 0)
	usleep (50000);
    }
  kill (b, SIGKILL);
  kill (a, SIGKILL);
}
