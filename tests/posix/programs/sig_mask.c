/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blocked signals are pending until unblocked, and delivered then.  */

#include "../test.h"

static volatile sig_atomic_t got;
static void note (int s) { got = s; }

int
main (void)
{
  sigset_t set, old, pending;
  signal (SIGUSR1, note);
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  CHECK (sigprocmask (SIG_BLOCK, &set, &old) == 0);
  CHECK (!sigismember (&old, SIGUSR1));
  CHECK (raise (SIGUSR1) == 0 && got == 0);
  CHECK (sigpending (&pending) == 0 && sigismember (&pending, SIGUSR1));
  CHECK (sigprocmask (SIG_SETMASK, &old, NULL) == 0);
  CHECK (got == SIGUSR1);
  CHECK (sigpending (&pending) == 0 && !sigismember (&pending, SIGUSR1));
  CHECK_ERROR (sigprocmask (77, &set, NULL), EINVAL);
  return verdict ();
}
