/* SPDX-License-Identifier: GPL-3.0-or-later */
/* F_SETOWN and O_ASYNC on a socket send SIGIO.  */

#include "../test.h"
#include <sys/ioctl.h>
#include <sys/socket.h>

static volatile sig_atomic_t got;
static void note (int s) { got++; }

int
main (void)
{
  int sv[2];
  signal (SIGIO, note);
  NEED (socketpair (AF_LOCAL, SOCK_STREAM, 0, sv) == 0);
  CHECK (fcntl (sv[0], F_SETOWN, getpid ()) == 0);
  CHECK (fcntl (sv[0], F_GETOWN) == getpid ());
  int on = 1;
  if (fcntl (sv[0], F_SETFL, O_ASYNC) || ioctl (sv[0], FIOASYNC, &on))
    printf ("%s\n", strerror (errno));
  CHECK (write (sv[1], "x", 1) == 1);
  for (int i = 0; i < 20 && !got; i++)
    nap (20);
  if (!got)
    unsupported ("a GNU/Hurd's pflocal answers io_async with EOPNOTSUPP");
  return verdict ();
}
