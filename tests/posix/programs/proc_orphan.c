/* SPDX-License-Identifier: GPL-3.0-or-later */
/* an orphan's parent becomes another process, and it goes on.  */

#include "../test.h"

static int fd[2];

static int
grandchild (void *arg)
{
  pid_t before = getppid ();
  pid_t ids[2] = { before, 0 };
  for (int i = 0; i < 100 && getppid () == before; i++)
    nap (10);
  ids[1] = getppid ();
  return write (fd[1], ids, sizeof ids) != sizeof ids;
}

static int
middle (void *arg)
{
  child (grandchild, NULL);
  nap (30);
  return 0;
}

int
main (void)
{
  pid_t ids[2];
  NEED (pipe (fd) == 0);
  pid_t pid = child (middle, NULL);
  CHECK (WIFEXITED (ended (pid)));
  CHECK (read (fd[0], ids, sizeof ids) == sizeof ids);
  printf ("parent was %d (the child is %d), is %d\n", (int) ids[0], (int) pid, (int) ids[1]);
  CHECK (ids[0] == pid);
  CHECK (ids[1] != pid && ids[1] > 0);
  CHECK_ERROR (wait (NULL), ECHILD);
  return verdict ();
}
