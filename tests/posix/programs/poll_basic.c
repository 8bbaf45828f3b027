/* SPDX-License-Identifier: GPL-3.0-or-later */
/* poll on pipes: POLLIN, POLLOUT, POLLHUP, POLLNVAL, timeouts.  */

#include "../test.h"
#include <poll.h>

int
main (void)
{
  int fd[2];
  NEED (pipe (fd) == 0);
  struct pollfd p[2] = { { fd[0], POLLIN, 0 }, { fd[1], POLLOUT, 0 } };
  CHECK (poll (p, 2, 0) == 1 && p[0].revents == 0 && p[1].revents == POLLOUT);
  double began = now ();
  CHECK (poll (p, 1, 100) == 0);
  CHECK (now () - began > 0.09);
  CHECK (write (fd[1], "x", 1) == 1 && poll (p, 1, -1) == 1 && p[0].revents == POLLIN);
  char c;
  CHECK (read (fd[0], &c, 1) == 1);
  close (fd[1]);
  p[1].fd = 99;
  p[1].events = POLLIN;
  nap (50);
  int n = poll (p, 1, 1000);
  printf ("after the close: %d, %x\n", n, p[0].revents);
  CHECK (n == 1 && (p[0].revents & (POLLHUP | POLLIN)));
  n = poll (p + 1, 1, 0);
  printf ("a bad descriptor: %d, %x\n", n, p[1].revents);
  CHECK (p[1].revents == POLLNVAL);
  p[0].fd = -1;
  CHECK (poll (p, 1, 10) == 0);
  CHECK (poll (NULL, 0, 10) == 0);
  return verdict ();
}
