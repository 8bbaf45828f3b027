/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dup, dup2 and dup3 share the offset, not the close-on-exec flag.  */

#include "../test.h"

int
main (void)
{
  int fd = open ("f", O_RDWR | O_CREAT, 0644);
  int d = dup (fd);
  CHECK (d >= 0 && write (fd, "abc", 3) == 3 && lseek (d, 0, SEEK_CUR) == 3);
  CHECK (dup2 (fd, 15) == 15 && dup2 (fd, fd) == fd);
  CHECK (fcntl (fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl (15, F_GETFD) == 0);
  CHECK (dup3 (fd, 16, O_CLOEXEC) == 16 && fcntl (16, F_GETFD) == FD_CLOEXEC);
  CHECK_ERROR (dup3 (fd, fd, 0), EINVAL);
  CHECK_ERROR (dup2 (99, 5), EBADF);
  CHECK_ERROR (dup (-1), EBADF);
  CHECK (fcntl (fd, F_DUPFD, 30) >= 30);
  CHECK (fcntl (fd, F_DUPFD_CLOEXEC, 40) >= 40);
  return verdict ();
}
