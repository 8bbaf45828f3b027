/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A signal to a group, all of whose members wait for it.  */

#include <signal.h>
#include "../env.h"

static volatile int caught;

static void
handler (int signo)
{
  caught++;
}

static int
child (void *arg)
{
  sigset_t none;
  sigemptyset (&none);
  while (!caught)
    sigsuspend (&none);
  return caught == 1 ? 3 : 4;
}

PROGRAM (group_signal)
{
  sigset_t set;
  pid_t pids[5];
  signal (SIGUSR1, handler);
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  SYS (sigprocmask (SIG_BLOCK, &set, NULL));
  for (int i = 0; i < 5; i++)
    {
      pids[i] = env_fork (child, NULL);
      SYS (setpgid (pids[i], pids[0]));
    }
  env_wait ();
  SYS (kill (-pids[0], SIGUSR1));
  for (int i = 0; i < 5; i++)
    {
      int status;
      CHECK (waitpid (-pids[0], &status, 0) > 0 && status == 3 << 8, "%#x",
	     status);
    }
}
