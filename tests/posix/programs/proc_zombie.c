/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a zombie keeps its pid; signals to it succeed; then it is gone.  */

#include "../test.h"

static int
leave (void *arg)
{
  return 0;
}

int
main (void)
{
  pid_t pid = child (leave, NULL);
  nap (100);
  CHECK (kill (pid, 0) == 0);
  CHECK (kill (pid, SIGTERM) == 0);
  CHECK (getpgid (pid) == getpgrp ());
  CHECK (WIFEXITED (ended (pid)));
  CHECK_ERROR (kill (pid, 0), ESRCH);
  CHECK_ERROR (getpgid (pid), ESRCH);
  return verdict ();
}
