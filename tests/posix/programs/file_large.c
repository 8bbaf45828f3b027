/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files beyond 2 and 4 GiB.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
  char buf[4];
  int fd = open ("f", O_RDWR | O_CREAT, 0644);
  off_t at = 5LL << 30;
  CHECK (lseek (fd, at, SEEK_SET) == at);
  CHECK (write (fd, "big", 3) == 3);
  CHECK (fstat (fd, &st) == 0 && st.st_size == at + 3);
  CHECK (pread (fd, buf, 3, at) == 3 && memcmp (buf, "big", 3) == 0);
  CHECK (pwrite (fd, "two", 3, (2LL << 30) - 1) == 3 && pread (fd, buf, 3, (2LL << 30) - 1) == 3 && memcmp (buf, "two", 3) == 0);
  CHECK (ftruncate (fd, 3LL << 30) == 0 && fstat (fd, &st) == 0 && st.st_size == 3LL << 30);
  CHECK (lseek (fd, 0, SEEK_END) == 3LL << 30);
  return verdict ();
}
