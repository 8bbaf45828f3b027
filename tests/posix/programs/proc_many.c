/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a hundred children at once, each with its own status.  */

#include "../test.h"

static int
leave (void *arg)
{
  nap (20);
  return (int) (long) arg;
}

int
main (void)
{
  pid_t pid[100];
  int right = 0;
  for (int i = 0; i < 100; i++)
    pid[i] = child (leave, (void *) (long) i);
  for (int i = 0; i < 100; i++)
    {
      int status = ended (pid[i]);
      right += WIFEXITED (status) && WEXITSTATUS (status) == i;
    }
  CHECK (right == 100);
  return verdict ();
}
