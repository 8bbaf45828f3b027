/* SPDX-License-Identifier: GPL-3.0-or-later */
/* process groups: making, joining, and what is refused.  */

#include "../test.h"

static int
sleeper (void *arg)
{
  nap (3000);
  return 0;
}

static int
execed (void *arg)
{
  execl ("/bin/sh", "sh", "-c", "sleep 3", (char *) NULL);
  return 127;
}

static int
own_session (void *arg)
{
  setsid ();
  nap (3000);
  return 0;
}

int
main (void)
{
  pid_t a = child (sleeper, NULL), b = child (sleeper, NULL);
  pid_t c = child (execed, NULL), d = child (own_session, NULL);
  CHECK (setpgid (a, a) == 0);
  CHECK (getpgid (a) == a);
  CHECK (setpgid (b, a) == 0);
  CHECK (getpgid (b) == a);
  CHECK (setpgid (b, 0) == 0);
  CHECK (getpgid (b) == b);
  nap (200);
  CHECK_ERROR (setpgid (c, c), EACCES);
  CHECK_ERROR (setpgid (d, getpgrp ()), EPERM);
  CHECK_ERROR (setpgid (b, 99998), EPERM);
  CHECK_ERROR (setpgid (1, 1), ESRCH);
  CHECK_ERROR (setpgid (b, -1), EINVAL);
  kill (a, SIGKILL);
  kill (b, SIGKILL);
  kill (c, SIGKILL);
  kill (d, SIGKILL);
  while (wait (NULL) > 0)
    ;
  return verdict ();
}
