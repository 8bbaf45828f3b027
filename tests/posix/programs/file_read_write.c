/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reading and writing at places, vectors, short reads at the end.  */

#include "../test.h"
#include <sys/uio.h>

int
main (void)
{
  char buf[20] = "";
  int fd = open ("f", O_RDWR | O_CREAT, 0644);
  CHECK (write (fd, "0123456789", 10) == 10);
  CHECK (pread (fd, buf, 4, 3) == 4 && memcmp (buf, "3456", 4) == 0);
  CHECK (lseek (fd, 0, SEEK_CUR) == 10);
  CHECK (pwrite (fd, "XY", 2, 1) == 2);
  CHECK (lseek (fd, -4, SEEK_END) == 6);
  CHECK (read (fd, buf, 20) == 4);
  CHECK (read (fd, buf, 20) == 0);
  CHECK (lseek (fd, 100, SEEK_SET) == 100 && read (fd, buf, 1) == 0);
  struct iovec v[2] = { { "ab", 2 }, { "cde", 3 } };
  CHECK (lseek (fd, 0, SEEK_SET) == 0 && writev (fd, v, 2) == 5);
  CHECK (holds ("f", "abcde56789"));
  char x[3], y[4];
  struct iovec w[2] = { { x, 3 }, { y, 4 } };
  CHECK (lseek (fd, 0, SEEK_SET) == 0 && readv (fd, w, 2) == 7 && memcmp (y, "de56", 4) == 0);
  CHECK_ERROR (lseek (fd, -1, SEEK_SET), EINVAL);
  CHECK_ERROR (lseek (fd, 0, 77), EINVAL);
  CHECK_ERROR (pread (fd, buf, 1, -1), EINVAL);
  CHECK (write (fd, "", 0) == 0);
  return verdict ();
}
