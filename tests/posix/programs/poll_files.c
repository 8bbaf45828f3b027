/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files and null are always ready; select on a socket's accept.  */

#include "../test.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_un name = { .sun_family = AF_LOCAL, .sun_path = "s" };

static int
client (void *arg)
{
  nap (100);
  int s = socket (AF_LOCAL, SOCK_STREAM, 0);
  return connect (s, (struct sockaddr *) &name, SUN_LEN (&name));
}

int
main (void)
{
  int f = open ("f", O_RDWR | O_CREAT, 0600), s = socket (AF_LOCAL, SOCK_STREAM, 0);
  struct pollfd p = { f, POLLIN | POLLOUT, 0 };
  CHECK (poll (&p, 1, 0) == 1 && p.revents == (POLLIN | POLLOUT));
  NEED (bind (s, (struct sockaddr *) &name, SUN_LEN (&name)) == 0 && listen (s, 5) == 0);
  p = (struct pollfd) { s, POLLIN, 0 };
  CHECK (poll (&p, 1, 10) == 0);
  pid_t pid = child (client, NULL);
  CHECK (poll (&p, 1, 5000) == 1 && p.revents == POLLIN);
  CHECK (accept (s, NULL, NULL) >= 0);
  CHECK (ended (pid) == 0);
  return verdict ();
}
