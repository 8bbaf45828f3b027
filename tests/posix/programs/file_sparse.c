/* SPDX-License-Identifier: GPL-3.0-or-later */
/* holes read as zeros and take no room.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
  char buf[100];
  int fd = open ("f", O_RDWR | O_CREAT, 0644);
  CHECK (lseek (fd, 10000000, SEEK_SET) == 10000000 && write (fd, "end", 3) == 3);
  CHECK (fsync (fd) == 0 && fstat (fd, &st) == 0 && st.st_size == 10000003);
  printf ("%ld blocks\n", (long) st.st_blocks);
  CHECK (st.st_blocks < 200);
  memset (buf, 'x', sizeof buf);
  CHECK (pread (fd, buf, 100, 5000000) == 100 && buf[0] == 0 && buf[99] == 0);
  CHECK (pwrite (fd, "mid", 3, 5000001) == 3 && pread (fd, buf, 5, 5000000) == 5 && memcmp (buf, "\0mid\0", 5) == 0);
  return verdict ();
}
