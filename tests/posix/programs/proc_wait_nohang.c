/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WNOHANG returns 0 while the child lives.  */

#include "../test.h"

static int
sleeper (void *arg)
{
  nap (150);
  return 3;
}

int
main (void)
{
  int status = 77;
  pid_t pid = child (sleeper, NULL);
  CHECK (waitpid (pid, &status, WNOHANG) == 0);
  CHECK (waitpid (-1, &status, WNOHANG) == 0);
  CHECK (waitpid (pid, &status, 0) == pid && WEXITSTATUS (status) == 3);
  CHECK_ERROR (waitpid (pid, &status, WNOHANG), ECHILD);
  return verdict ();
}
