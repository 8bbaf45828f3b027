/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pipes: data in order, end of file, SIGPIPE and EPIPE, nonblocking ends.  */

#include "../test.h"

int
main (void)
{
  int fd[2];
  char buf[10];
  CHECK (pipe (fd) == 0);
  CHECK (write (fd[1], "hello", 5) == 5 && read (fd[0], buf, 3) == 3 && read (fd[0], buf, 10) == 2);
  CHECK_ERROR (write (fd[0], "x", 1), EBADF);
  CHECK_ERROR (read (fd[1], buf, 1), EBADF);
  CHECK (fcntl (fd[0], F_SETFL, O_NONBLOCK) == 0);
  CHECK_ERROR (read (fd[0], buf, 1), EAGAIN);
  CHECK_ERROR (lseek (fd[0], 0, SEEK_SET), ESPIPE);
  CHECK_ERROR (ftruncate (fd[1], 0), EINVAL);
  CHECK_ERROR (pread (fd[0], buf, 1, 0), ESPIPE);
  close (fd[1]);
  nap (50);
  CHECK (read (fd[0], buf, 1) == 0);
  CHECK (pipe2 (fd, O_NONBLOCK | O_CLOEXEC) == 0 && fcntl (fd[0], F_GETFD) == FD_CLOEXEC);
  CHECK_ERROR (read (fd[0], buf, 1), EAGAIN);
  close (fd[0]);
  nap (50);
  signal (SIGPIPE, SIG_IGN);
  CHECK_ERROR (write (fd[1], "x", 1), EPIPE);
  return verdict ();
}
