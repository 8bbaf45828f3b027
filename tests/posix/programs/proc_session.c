/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setsid makes a session and a group; leaders cannot do it again.  */

#include "../test.h"

static int
inner (void *arg)
{
  pid_t me = getpid ();
  CHECK (setsid () == me);
  CHECK (getsid (0) == me && getpgrp () == me);
  CHECK_ERROR (setsid (), EPERM);
  CHECK_ERROR (setpgid (0, 0), EPERM);
  CHECK_ERROR (open ("/dev/tty", O_RDWR), ENXIO);
  return verdict ();
}

int
main (void)
{
  int status = ended (child (inner, NULL));
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  return verdict ();
}
