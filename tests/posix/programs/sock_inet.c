/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sockets of the network fail with an error that says so.  */

#include "../test.h"
#include <sys/socket.h>

int
main (void)
{
  int s = socket (AF_INET, SOCK_STREAM, 0);
  int e = errno;
  printf ("socket: %d %s\n", s, s < 0 ? strerror (e) : "");
  CHECK (s == -1 && (e == EAFNOSUPPORT || e == ENOENT || e == EPFNOSUPPORT));
  return verdict ();
}
