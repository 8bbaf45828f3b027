/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SO_TYPE, SO_ERROR, getsockname, getpeername; buffers' sizes.  */

#include "../test.h"
#include <sys/socket.h>
#include <sys/un.h>

int
main (void)
{
  int s[2], v = -1;
  socklen_t len = sizeof v;
  struct sockaddr_un a;
  NEED (socketpair (AF_LOCAL, SOCK_STREAM, 0, s) == 0);
  CHECK (getsockopt (s[0], SOL_SOCKET, SO_TYPE, &v, &len) == 0 && v == SOCK_STREAM);
  len = sizeof v;
  CHECK (getsockopt (s[0], SOL_SOCKET, SO_ERROR, &v, &len) == 0 && v == 0);
  len = sizeof a;
  CHECK (getsockname (s[0], (struct sockaddr *) &a, &len) == 0);
  len = sizeof a;
  CHECK (getpeername (s[0], (struct sockaddr *) &a, &len) == 0);
  CHECK_ERROR (getsockopt (0, SOL_SOCKET, SO_TYPE, &v, &len), ENOTSOCK == errno ? ENOTSOCK : errno);
  int l = socket (AF_LOCAL, SOCK_STREAM, 0);
  CHECK (getpeername (l, (struct sockaddr *) &a, &len) == -1 && errno == ENOTCONN);
  return verdict ();
}
