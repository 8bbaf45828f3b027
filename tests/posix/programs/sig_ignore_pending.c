/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a pending signal that is ignored from then on is pending no more.  */

#include "../test.h"

static volatile int count;
static void counts (int s) { count++; }

int
main (void)
{
  sigset_t set, pending;
  signal (SIGUSR1, counts);
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  NEED (sigprocmask (SIG_BLOCK, &set, NULL) == 0);
  raise (SIGUSR1);
  signal (SIGUSR1, SIG_IGN);
  NEED (sigpending (&pending) == 0);
  bool still = sigismember (&pending, SIGUSR1) == 1;
  signal (SIGUSR1, counts);
  sigprocmask (SIG_UNBLOCK, &set, NULL);
  printf ("pending: %d, delivered: %d\n", still, count);
  if (still && count == 1)
    unsupported ("libc's sigaction leaves pending signals as they are when they are ignored");
  CHECK (!still && count == 0);
  return verdict ();
}
