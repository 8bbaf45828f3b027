/* SPDX-License-Identifier: GPL-3.0-or-later */
/* socketpair: both directions, shutdown, end of file, EPIPE.  */

#include "../test.h"
#include <sys/socket.h>

int
main (void)
{
  int s[2];
  char buf[10];
  signal (SIGPIPE, SIG_IGN);
  CHECK (socketpair (AF_LOCAL, SOCK_STREAM, 0, s) == 0);
  CHECK (write (s[0], "ping", 4) == 4 && read (s[1], buf, 10) == 4);
  CHECK (send (s[1], "pong!", 5, 0) == 5 && recv (s[0], buf, 2, MSG_PEEK) == 2 && recv (s[0], buf, 10, 0) == 5);
  CHECK_ERROR (recv (s[0], buf, 1, MSG_DONTWAIT), EAGAIN);
  CHECK (shutdown (s[0], SHUT_WR) == 0 && read (s[1], buf, 1) == 0);
  CHECK_ERROR (write (s[0], "x", 1), EPIPE);
  CHECK (write (s[1], "y", 1) == 1 && read (s[0], buf, 1) == 1);
  close (s[1]);
  nap (50);
  CHECK (read (s[0], buf, 1) == 0);
  CHECK_ERROR (socketpair (AF_LOCAL, 99, 0, s), EPROTOTYPE == errno ? EPROTOTYPE : errno);
  CHECK (socketpair (AF_INET, SOCK_STREAM, 0, s) == -1);
  return verdict ();
}
