/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a terminal whose other end is closed: reads end, writes fail, poll tells; revoke takes it away from all.  */

#include "../test.h"
#include <poll.h>
#include <pty.h>

int
main (void)
{
  /* What libc sends who uses a port that is no more.  */
  signal (SIGLOST, SIG_IGN);
  int m, s;
  char name[100], c;

  NEED (openpty (&m, &s, name, NULL, NULL) == 0);
  struct pollfd p = { s, POLLIN, 0 };
  CHECK (poll (&p, 1, 0) == 0);
  close (m);
  int n = poll (&p, 1, 2000);
  printf ("poll: %d, %x\n", n, p.revents);
  CHECK (n == 1 && (p.revents & (POLLHUP | POLLIN)));
  ssize_t r = read (s, &c, 1);
  CHECK (r == 0 || (r == -1 && errno == EIO));
  CHECK_ERROR (write (s, "x", 1), EIO);
  close (s);
  NEED (openpty (&m, &s, name, NULL, NULL) == 0);
  CHECK (write (m, "a\n", 2) == 2);
  close (s);
  s = open (name, O_RDWR | O_NOCTTY);
  CHECK (s >= 0);
  r = revoke (name);
  printf ("revoke: %s\n", r ? strerror (errno) : "done");
  if (r == 0)
    {
      r = write (s, "x", 1);
      printf ("a write after it: %zd %s\n", r, r < 0 ? strerror (errno) : "");
      CHECK (r == -1);
    }
  else
    CHECK (errno == ENOSYS || errno == EOPNOTSUPP);
  return verdict ();
}
