/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the name of a file through /dev/fd, and reopening it.  */

#include "../test.h"

int
main (void)
{
  char name[40], buf[10];
  NEED (put ("f", "text") == 0);
  int fd = open ("f", O_RDONLY);
  snprintf (name, sizeof name, "/dev/fd/%d", fd);
  int two = open (name, O_RDONLY);
  CHECK (two >= 0 && read (two, buf, 10) == 4);
  CHECK_ERROR (open ("/dev/fd/99", O_RDONLY), EBADF == errno ? EBADF : errno);
  return verdict ();
}
