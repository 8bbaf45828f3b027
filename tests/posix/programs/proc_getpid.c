/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pids, parents, threads have one process; getpgid and getsid of others.  */

#include "../test.h"

static int
inner (void *arg)
{
  return getppid () == *(pid_t *) arg && getpgid (getppid ()) == getpgrp () && getsid (getppid ()) == getsid (0) ? 0 : 1;
}

int
main (void)
{
  pid_t me = getpid ();
  CHECK (me > 1 && getpgid (0) == getpgrp () && getsid (0) > 0);
  CHECK (ended (child (inner, &me)) == 0);
  CHECK_ERROR (getpgid (-1), ESRCH);
  CHECK_ERROR (getsid (99998), ESRCH);
  CHECK (getpgid (1) >= 0);
  return verdict ();
}
