/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sigsuspend changes the mask for the time of the wait.  */

#include "../test.h"

static volatile sig_atomic_t got;
static void note (int s) { got++; }

int
main (void)
{
  sigset_t set, none, now;
  signal (SIGUSR1, note);
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  sigprocmask (SIG_BLOCK, &set, NULL);
  raise (SIGUSR1);
  CHECK (got == 0);
  sigemptyset (&none);
  CHECK_ERROR (sigsuspend (&none), EINTR);
  CHECK (got == 1);
  sigprocmask (SIG_BLOCK, NULL, &now);
  CHECK (sigismember (&now, SIGUSR1));
  return verdict ();
}
