/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a time-out of select while a signal is blocked, and of poll with none ready.  */

#include "../test.h"
#include <poll.h>
#include <sys/select.h>

int
main (void)
{
  int fd[2];
  NEED (pipe (fd) == 0);
  for (int i = 1; i <= 3; i++)
    {
      struct timeval tv = { 0, 40000 * i };
      fd_set r;
      FD_ZERO (&r);
      FD_SET (fd[0], &r);
      double began = now ();
      int n = select (fd[0] + 1, &r, NULL, NULL, &tv);
      double took = now () - began;
      found (n == 0 && took >= 0.039 * i, __LINE__, "select %d: %.3f s", n, took);
    }
  return verdict ();
}
