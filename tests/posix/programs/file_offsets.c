/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lseek, pread, pwrite, truncate and vectors at the limits: what is refused, and with what.  */

#include "../test.h"
#include <limits.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

int
main (void)
{
  char b[16];
  int p[2], s[2], fd = open ("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
  struct stat st;
  NEED (fd >= 0 && write (fd, "0123456789", 10) == 10 && pipe (p) == 0 && socketpair (AF_UNIX, SOCK_STREAM, 0, s) == 0);
  CHECK (lseek (fd, 0, SEEK_CUR) == 10 && lseek (fd, -3, SEEK_END) == 7 && lseek (fd, 100, SEEK_SET) == 100);
  CHECK (read (fd, b, 1) == 0 && fstat (fd, &st) == 0 && st.st_size == 10);
  CHECK_ERROR (lseek (fd, -1, SEEK_SET), EINVAL);
  CHECK_ERROR (lseek (fd, -11, SEEK_END), EINVAL);
  CHECK (lseek (fd, 0, SEEK_CUR) == 100);
  CHECK_ERROR (lseek (fd, 0, 77), EINVAL);
  CHECK (lseek (fd, INT64_MAX - 5, SEEK_SET) == INT64_MAX - 5 || errno == EINVAL);
  lseek (fd, 5, SEEK_SET);
  CHECK (lseek (fd, INT64_MAX, SEEK_CUR) == -1 && (errno == EOVERFLOW || errno == EINVAL));
  CHECK (lseek (fd, 0, SEEK_CUR) == 5);
  CHECK_ERROR (lseek (p[0], 0, SEEK_SET), ESPIPE);
  CHECK_ERROR (lseek (s[0], 0, SEEK_CUR), ESPIPE);
  CHECK_ERROR (lseek (99, 0, SEEK_SET), EBADF);
  int null = open ("/dev/null", O_RDWR);
  CHECK (null >= 0 && lseek (null, 0, SEEK_SET) == 0 && write (null, b, 16) == 16 && read (null, b, 1) == 0);
  int dir = open (".", O_RDONLY);
  CHECK (lseek (dir, 0, SEEK_SET) == 0);
  CHECK_ERROR (pread (fd, b, 1, -1), EINVAL);
  CHECK_ERROR (pwrite (fd, b, 1, -1), EINVAL);
  CHECK_ERROR (pread (p[0], b, 1, 0), ESPIPE);
  CHECK_ERROR (pwrite (p[1], b, 1, 0), ESPIPE);
  CHECK (pread (fd, b, 3, 8) == 2 && memcmp (b, "89", 2) == 0 && pread (fd, b, 3, 10) == 0 && pread (fd, b, 3, 10000) == 0);
  CHECK (pwrite (fd, "AB", 2, 20) == 2 && pread (fd, b, 12, 10) == 12 && b[0] == 0 && b[9] == 0 && b[10] == 'A');
  CHECK (lseek (fd, 0, SEEK_CUR) == 5);
  CHECK_ERROR (truncate ("f", -1), EINVAL);
  CHECK_ERROR (ftruncate (fd, -1), EINVAL);
  CHECK (ftruncate (open ("f", O_RDONLY), 5) == -1 && (errno == EINVAL || errno == EBADF));
  CHECK (ftruncate (p[1], 5) == -1 && errno == EINVAL);
  CHECK_ERROR (truncate (".", 5), EISDIR);
  CHECK (truncate ("f", INT64_MAX) == -1 && (errno == EFBIG || errno == EINVAL || errno == ENOSPC));
  CHECK (fstat (fd, &st) == 0 && st.st_size == 22);
  CHECK (pwrite (fd, "x", 1, INT64_MAX - 1) == -1 && (errno == EFBIG || errno == EINVAL || errno == ENOSPC));
  struct iovec v[2] = { { b, 4 }, { b + 4, 4 } };
  CHECK (lseek (fd, 0, SEEK_SET) == 0 && readv (fd, v, 2) == 8 && memcmp (b, "01234567", 8) == 0);
  v[0].iov_len = SSIZE_MAX;
  CHECK_ERROR (readv (fd, v, 2), EINVAL);
  CHECK_ERROR (writev (fd, v, 2), EINVAL);
  v[0].iov_len = 0;
  CHECK (writev (fd, v, 1) == 0 && preadv (fd, v, 2, 20) == 2);
  CHECK (write (fd, NULL, 0) == 0 && read (fd, NULL, 0) == 0);
  CHECK (read (p[0], b, 0) == 0);
  CHECK (posix_fallocate (fd, 0, 1000) == 0 && fstat (fd, &st) == 0 && st.st_size == 1000);
  CHECK (posix_fallocate (fd, 0, 10) == 0 && fstat (fd, &st) == 0 && st.st_size == 1000);
  CHECK (posix_fallocate (fd, -1, 10) == EINVAL && posix_fallocate (99, 0, 1) == EBADF);
  int e = posix_fallocate (p[1], 0, 1);
  printf ("posix_fallocate of a pipe: %s\n", strerror (e));
  CHECK (e == ESPIPE || e == ENODEV || e == EBADF || e == EINVAL);
  int a = open ("a", O_WRONLY | O_CREAT | O_APPEND, 0644);
  CHECK (write (a, "abc", 3) == 3 && lseek (a, 0, SEEK_SET) == 0 && write (a, "def", 3) == 3 && lseek (a, 0, SEEK_CUR) == 6 && holds ("a", "abcdef"));
  return verdict ();
}
