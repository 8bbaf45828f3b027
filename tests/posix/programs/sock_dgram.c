/* SPDX-License-Identifier: GPL-3.0-or-later */
/* datagram sockets keep records and names.  */

#include "../test.h"
#include <sys/socket.h>
#include <sys/un.h>

int
main (void)
{
  struct sockaddr_un a = { .sun_family = AF_LOCAL, .sun_path = "a" }, b = { .sun_family = AF_LOCAL, .sun_path = "b" }, from;
  socklen_t len = sizeof from;
  char buf[20];
  int x = socket (AF_LOCAL, SOCK_DGRAM, 0), y = socket (AF_LOCAL, SOCK_DGRAM, 0);
  CHECK (bind (x, (struct sockaddr *) &a, SUN_LEN (&a)) == 0 && bind (y, (struct sockaddr *) &b, SUN_LEN (&b)) == 0);
  CHECK (sendto (x, "one", 3, 0, (struct sockaddr *) &b, SUN_LEN (&b)) == 3);
  CHECK (sendto (x, "second", 6, 0, (struct sockaddr *) &b, SUN_LEN (&b)) == 6);
  CHECK (recvfrom (y, buf, 2, 0, NULL, NULL) == 2 && memcmp (buf, "on", 2) == 0);
  CHECK (recvfrom (y, buf, 20, 0, (struct sockaddr *) &from, &len) == 6);
  printf ("from family %d, %d bytes\n", from.sun_family, (int) len);
  CHECK (connect (x, (struct sockaddr *) &b, SUN_LEN (&b)) == 0 && send (x, "third", 5, 0) == 5 && recv (y, buf, 20, 0) == 5);
  CHECK_ERROR (recv (y, buf, 1, MSG_DONTWAIT), EAGAIN);
  CHECK (send (x, "", 0, 0) == 0 && recv (y, buf, 20, MSG_DONTWAIT) == 0);
  int p[2];
  CHECK (socketpair (AF_LOCAL, SOCK_DGRAM, 0, p) == 0 && write (p[0], "ab", 2) == 2 && write (p[0], "c", 1) == 1);
  CHECK (read (p[1], buf, 20) == 2 && read (p[1], buf, 20) == 1);
  return verdict ();
}
