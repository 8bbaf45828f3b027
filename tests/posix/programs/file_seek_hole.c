/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lseek beyond the end, negative places, posix_fallocate, copy_file_range, sendfile.  */

#include "../test.h"
#include <sys/sendfile.h>

int
main (void)
{
  char buf[20] = "";
  struct stat st;
  NEED (put ("f", "0123456789") == 0);
  int fd = open ("f", O_RDWR);
  CHECK (lseek (fd, 100, SEEK_END) == 110 && read (fd, buf, 10) == 0);
  CHECK_ERROR (lseek (fd, -1, SEEK_SET), EINVAL);
  CHECK_ERROR (lseek (fd, 0, 77), EINVAL);
  CHECK (lseek (fd, 2, SEEK_SET) == 2 && lseek (fd, 3, SEEK_CUR) == 5);
  int e = posix_fallocate (fd, 0, 5000);
  printf ("posix_fallocate: %s\n", strerror (e));
  CHECK (e == 0 && fstat (fd, &st) == 0 && st.st_size == 5000);
  CHECK (pread (fd, buf, 10, 0) == 10 && memcmp (buf, "0123456789", 10) == 0);
  int out = open ("g", O_RDWR | O_CREAT | O_TRUNC, 0644);
  off_t at = 3;
  ssize_t n = sendfile (out, fd, &at, 4);
  printf ("sendfile: %zd %s\n", n, n < 0 ? strerror (errno) : "");
  if (n == 4)
    CHECK (at == 7 && pread (out, buf, 20, 0) == 4 && memcmp (buf, "3456", 4) == 0);
  else
    CHECK (n == 4);
  loff_t in = 0, to = 0;
  n = copy_file_range (fd, &in, out, &to, 5, 0);
  printf ("copy_file_range: %zd %s\n", n, n < 0 ? strerror (errno) : "");
  bool right = n == 5 || (n == -1 && errno == ENOSYS);
  CHECK (right);
  return verdict ();
}
