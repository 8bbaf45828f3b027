/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a writer without a reader dies of SIGPIPE.  */

#include "../test.h"

static int
writer (void *arg)
{
  int fd[2];
  NEED (pipe (fd) == 0);
  close (fd[0]);
  nap (50);
  return write (fd[1], "x", 1) == 1;
}

int
main (void)
{
  int s = ended (child (writer, NULL));
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGPIPE);
  return verdict ();
}
