/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data on its way in both directions, and one direction closed.  */

#include <sys/socket.h>
#include "../env.h"

PROGRAM (socket_pair)
{
  int s[2];
  char data[500], got[500];
  SYS (socketpair (AF_UNIX, SOCK_STREAM, 0, s));
  env_pattern (data, sizeof data, 8);
  CHECK (send (s[0], data, 500, 0) == 500 && send (s[1], data, 300, 0) == 300,
	 "%s", strerror (errno));
  SYS (shutdown (s[1], SHUT_WR));
  env_wait ();
  CHECK (recv (s[1], got, 500, 0) == 500 && memcmp (got, data, 500) == 0,
	 "there");
  CHECK (recv (s[0], got, 500, 0) == 300 && memcmp (got, data, 300) == 0,
	 "back");
  CHECK (recv (s[0], got, 1, 0) == 0, "no end");
  CHECK (send (s[0], "more", 4, 0) == 4 && recv (s[1], got, 4, 0) == 4,
	 "afterwards");
}
