/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitpid for any child, one child, and those of a group.  */

#include "../test.h"

static int
leave (void *arg)
{
  return (int) (long) arg;
}

static int
leave_group (void *arg)
{
  setpgid (0, 0);
  return (int) (long) arg;
}

int
main (void)
{
  int status, seen = 0;
  CHECK_ERROR (wait (&status), ECHILD);
  pid_t a = child (leave, (void *) 1), b = child (leave, (void *) 2);
  CHECK (waitpid (b, &status, 0) == b && WEXITSTATUS (status) == 2);
  CHECK (wait (&status) == a && WEXITSTATUS (status) == 1);
  for (int i = 1; i <= 3; i++)
    child (leave, (void *) (long) i);
  for (int i = 0; i < 3; i++)
    if (wait (&status) > 0)
      seen += WEXITSTATUS (status);
  CHECK (seen == 6);
  pid_t g = child (leave_group, (void *) 8), o = child (leave, (void *) 9);
  setpgid (g, g);
  CHECK (waitpid (-g, &status, 0) == g && WEXITSTATUS (status) == 8);
  CHECK (waitpid (0, &status, 0) == o && WEXITSTATUS (status) == 9);
  CHECK_ERROR (waitpid (-g, &status, 0), ECHILD);
  CHECK_ERROR (waitpid (1, &status, 0), ECHILD);
  CHECK_ERROR (waitpid (0, &status, 0x4000000), EINVAL);
  return verdict ();
}
