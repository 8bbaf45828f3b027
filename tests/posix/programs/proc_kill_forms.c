/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kill to a process, a group, one's own group; its errors; permissions.  */

#include "../test.h"

static volatile sig_atomic_t got;

static void
note (int signo)
{
  got++;
}

static int
member (void *arg)
{
  signal (SIGUSR1, SIG_DFL);
  nap (3000);
  return 0;
}

static int
nobody (void *arg)
{
  become (4321);
  CHECK_ERROR (kill (getppid (), SIGUSR1), EPERM);
  CHECK_ERROR (kill (getppid (), 0), EPERM);
  return verdict ();
}

int
main (void)
{
  pid_t a = child (member, NULL), b = child (member, NULL);
  setpgid (a, a);
  setpgid (b, a);
  nap (50);
  CHECK (kill (-a, SIGUSR1) == 0);
  int s = ended (a), t = ended (b);
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGUSR1);
  CHECK (WIFSIGNALED (t) && WTERMSIG (t) == SIGUSR1);
  CHECK_ERROR (kill (-a, SIGUSR1), ESRCH);
  CHECK_ERROR (kill (99998, SIGUSR1), ESRCH);
  CHECK_ERROR (kill (getpid (), 9999), EINVAL);
  signal (SIGUSR1, note);
  CHECK (kill (getpid (), SIGUSR1) == 0 && got == 1);
  CHECK (kill (0, SIGUSR1) == 0 && got == 2);
  CHECK (killpg (getpgrp (), SIGUSR1) == 0 && got == 3);
  s = ended (child (nobody, NULL));
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 0);
  return verdict ();
}
