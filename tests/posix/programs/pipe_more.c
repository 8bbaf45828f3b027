/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pipes: descriptors, flags, sizes, blocking reads and writes cut short by signals, atomic writes, pipe2.  */

#include "../test.h"
#include <poll.h>
#include <sys/ioctl.h>

static void nothing (int s) { }

int
main (void)
{
  int p[2], q[2], n;
  char b[70000];
  struct stat st;
  struct sigaction sa = { .sa_handler = nothing };
  sigaction (SIGALRM, &sa, NULL);
  signal (SIGPIPE, SIG_IGN);
  CHECK (pipe (p) == 0 && p[0] < p[1] && fstat (p[0], &st) == 0 && S_ISFIFO (st.st_mode));
  CHECK (pipe2 (q, O_CLOEXEC | O_NONBLOCK) == 0 && fcntl (q[0], F_GETFD) == FD_CLOEXEC && (fcntl (q[1], F_GETFL) & O_NONBLOCK));
  CHECK ((fcntl (p[0], F_GETFL) & O_ACCMODE) == O_RDONLY && (fcntl (p[1], F_GETFL) & O_ACCMODE) == O_WRONLY);
  CHECK_ERROR (write (p[0], "x", 1), EBADF);
  CHECK_ERROR (read (p[1], b, 1), EBADF);
  CHECK_ERROR (read (q[0], b, 1), EAGAIN);
  CHECK (write (p[1], "hello", 5) == 5 && ioctl (p[0], FIONREAD, &n) == 0 && n == 5);
  CHECK (read (p[0], b, 3) == 3 && read (p[0], b, 100) == 2);
  alarm (1);
  CHECK_ERROR (read (p[0], b, 1), EINTR);
  size_t total = 0;
  ssize_t r;
  memset (b, 'x', sizeof b);
  while ((r = write (q[1], b, 4096)) > 0)
    total += r;
  int e = errno;
  CHECK (r == -1 && e == EAGAIN && total >= 4096);
  printf ("a pipe holds %zu bytes\n", total);
  CHECK (read (q[0], b, 100) == 100);
  /* There is room for 100 bytes: a write of PIPE_BUF is whole or not done.  */
  r = write (q[1], b, 4096);
  e = errno;
  CHECK ((r == -1 && e == EAGAIN) || r == 4096);
  struct pollfd pf[2] = { { q[0], POLLIN, 0 }, { q[1], POLLOUT, 0 } };
  CHECK (poll (pf, 2, 0) >= 1 && pf[0].revents == POLLIN);
  /* A long write that is cut short says how much was written.  */
  pid_t pid = fork ();
  if (pid == 0)
    {
      close (p[1]);
      nap (2500);
      while (read (p[0], b, sizeof b) > 0)
	;
      _exit (0);
    }
  alarm (1);
  memset (b, 'y', sizeof b);
  char *big = calloc (1, 1000000);
  r = write (p[1], big, 1000000);
  printf ("a write of 1,000,000 with an alarm: %zd\n", r);
  CHECK (r == -1 ? errno == EINTR : r > 0 && r <= 1000000);
  close (p[1]);
  CHECK (ended (pid) == 0);
  close (p[0]);
  CHECK (pipe (p) == 0 && close (p[0]) == 0);
  CHECK_ERROR (write (p[1], "x", 1), EPIPE);
  pf[0] = (struct pollfd) { p[1], POLLOUT, 0 };
  CHECK (poll (pf, 1, 0) == 1);
  printf ("poll of a pipe without a reader: %x\n", pf[0].revents);
  close (p[1]);
  CHECK (pipe (p) == 0 && write (p[1], "last", 4) == 4 && close (p[1]) == 0 && read (p[0], b, 10) == 4 && read (p[0], b, 10) == 0 && read (p[0], b, 10) == 0);
  pf[0] = (struct pollfd) { p[0], POLLIN, 0 };
  CHECK (poll (pf, 1, 0) == 1 && (pf[0].revents & (POLLIN | POLLHUP)));
  CHECK_ERROR (lseek (p[0], 0, SEEK_CUR), ESPIPE);
  CHECK (fsync (p[0]) == -1 && errno == EINVAL);
  return verdict ();
}
