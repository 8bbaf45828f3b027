/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsync, fdatasync, sync, and what they refuse.  */

#include "../test.h"

int
main (void)
{
  int fd = open ("f", O_RDWR | O_CREAT, 0644), p[2];
  CHECK (write (fd, "x", 1) == 1 && fsync (fd) == 0 && fdatasync (fd) == 0);
  sync ();
  CHECK_ERROR (fsync (99), EBADF);
  NEED (pipe (p) == 0);
  int r = fsync (p[0]);
  printf ("fsync of a pipe: %d %s\n", r, r ? strerror (errno) : "");
  return verdict ();
}
