/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A signal that is blocked and has come.  */

#include <signal.h>
#include "../env.h"

static volatile int caught;

static void
handler (int signo)
{
  caught++;
}

PROGRAM (pending_signal)
{
  sigset_t set, now;
  signal (SIGUSR1, handler);
  signal (SIGUSR2, handler);
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  sigaddset (&set, SIGUSR2);
  SYS (sigprocmask (SIG_BLOCK, &set, NULL));
  SYS (kill (getpid (), SIGUSR1));
  env_wait ();
  CHECK (caught == 0, "%d", caught);
  SYS (sigpending (&now));
  CHECK (sigismember (&now, SIGUSR1) == 1 && sigismember (&now, SIGUSR2) == 0,
	 "%d %d", sigismember (&now, SIGUSR1), sigismember (&now, SIGUSR2));
  SYS (sigprocmask (SIG_UNBLOCK, &set, NULL));
  CHECK (caught == 1, "%d", caught);
}
