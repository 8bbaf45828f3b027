/* SPDX-License-Identifier: GPL-3.0-or-later */
/* null, zero, full and random.  */

#include "../test.h"

int
main (void)
{
  char buf[100];
  int fd = open ("/dev/null", O_RDWR);
  CHECK (read (fd, buf, 10) == 0 && write (fd, "abc", 3) == 3);
  fd = open ("/dev/zero", O_RDWR);
  memset (buf, 1, sizeof buf);
  CHECK (read (fd, buf, 100) == 100 && buf[0] == 0 && buf[99] == 0 && write (fd, "abc", 3) == 3);
  fd = open ("/dev/full", O_RDWR);
  CHECK (read (fd, buf, 10) == 10);
  CHECK_ERROR (write (fd, "abc", 3), ENOSPC);
  fd = open ("/dev/urandom", O_RDONLY);
  char two[16], one[16];
  CHECK (read (fd, one, 16) == 16 && read (fd, two, 16) == 16 && memcmp (one, two, 16));
  struct stat st;
  CHECK (stat ("/dev/null", &st) == 0 && S_ISCHR (st.st_mode));
  return verdict ();
}
