/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sigwait takes a pending signal.  */

#include "../test.h"

int
main (void)
{
  sigset_t set;
  int s = 0;
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  sigprocmask (SIG_BLOCK, &set, NULL);
  kill (getpid (), SIGUSR1);
  CHECK (sigwait (&set, &s) == 0 && s == SIGUSR1);
  sigset_t pending;
  sigpending (&pending);
  if (sigismember (&pending, SIGUSR1))
    unsupported ("libc's sigwait leaves the signal pending");
  return verdict ();
}
