/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sequenced packets keep records and order.  */

#include "../test.h"
#include <sys/socket.h>

int
main (void)
{
  int s[2];
  char buf[20];
  if (socketpair (AF_LOCAL, SOCK_SEQPACKET, 0, s))
    unsupported ("a GNU/Hurd's pflocal has no SOCK_SEQPACKET (socket_create)");
  CHECK (write (s[0], "abc", 3) == 3 && write (s[0], "de", 2) == 2);
  CHECK (read (s[1], buf, 20) == 3 && read (s[1], buf, 20) == 2);
  close (s[0]);
  nap (50);
  CHECK (read (s[1], buf, 20) == 0);
  return verdict ();
}
