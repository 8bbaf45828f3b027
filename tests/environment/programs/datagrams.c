/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datagrams in a queue: each one whole, in order.  */

#include <sys/socket.h>
#include "../env.h"

PROGRAM (datagrams)
{
  int s[2];
  char got[100];
  SYS (socketpair (AF_UNIX, SOCK_DGRAM, 0, s));
  for (int i = 1; i <= 20; i++)
    CHECK (send (s[0], "abcdefghijklmnopqrstuvwxyz", i, 0) == i, "%s",
	   strerror (errno));
  env_wait ();
  for (int i = 1; i <= 20; i++)
    {
      ssize_t n = SYS (recv (s[1], got, sizeof got, 0));
      CHECK (n == i && memcmp (got, "abcdefghijklmnopqrstuvwxyz", i) == 0,
	     "%d: %zd", i, n);
    }
  CHECK (recv (s[1], got, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN, "%s",
	 strerror (errno));
}
