/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fork copies memory and descriptors' table; both go on on their own.  */

#include "../test.h"

static int value = 1;

int
main (void)
{
  int fd[2], status;
  NEED (pipe (fd) == 0);
  pid_t pid = fork ();
  NEED (pid >= 0);
  if (pid == 0)
    {
      value = 2;
      close (fd[0]);
      pid_t ids[2] = { getpid (), getppid () };
      _exit (write (fd[1], ids, sizeof ids) == sizeof ids ? 7 : 1);
    }
  pid_t ids[2];
  CHECK (read (fd[0], ids, sizeof ids) == sizeof ids);
  CHECK (ids[0] == pid);
  CHECK (ids[1] == getpid ());
  CHECK (waitpid (pid, &status, 0) == pid);
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 7);
  CHECK (value == 1);
  CHECK (write (fd[1], "x", 1) == 1);
  return verdict ();
}
