/* SPDX-License-Identifier: GPL-3.0-or-later */
/* with RLIMIT_NOFILE reached, open, dup, pipe, socket and accept give EMFILE, and nothing is lost.  */

#include "../test.h"
#include <sys/resource.h>
#include <sys/socket.h>

int
main (void)
{
  struct rlimit rl = { 20, 20 };
  int fd, last = -1, p[2];
  NEED (put ("f", "x") == 0);
  NEED (getrlimit (RLIMIT_NOFILE, &rl) == 0);
  printf ("limit %ld %ld, sysconf %ld\n", (long) rl.rlim_cur, (long) rl.rlim_max, sysconf (_SC_OPEN_MAX));
  rl.rlim_cur = 20;
  CHECK (setrlimit (RLIMIT_NOFILE, &rl) == 0 && sysconf (_SC_OPEN_MAX) == 20 && getdtablesize () == 20);
  while ((fd = open ("f", O_RDONLY)) >= 0 && fd < 40)
    last = fd;
  int e = errno;
  CHECK (fd == -1 && e == EMFILE && last == 19);
  CHECK_ERROR (dup (0), EMFILE);
  CHECK_ERROR (pipe (p), EMFILE);
  CHECK_ERROR (socket (AF_UNIX, SOCK_STREAM, 0), EMFILE);
  CHECK_ERROR (socketpair (AF_UNIX, SOCK_STREAM, 0, p), EMFILE);
  CHECK (fcntl (0, F_DUPFD, 0) == -1 && (errno == EMFILE || errno == EINVAL));
  CHECK (fcntl (0, F_DUPFD, 25) == -1 && errno == EINVAL);
  CHECK (dup2 (0, 25) == -1 && errno == EBADF);
  CHECK_ERROR (open ("new", O_WRONLY | O_CREAT, 0644), EMFILE);
  close (last);
  CHECK_ERROR (pipe (p), EMFILE);
  CHECK (open ("f", O_RDONLY) == last);
  close (last), close (last - 1);
  CHECK (pipe (p) == 0 && write (p[1], "x", 1) == 1);
  return verdict ();
}
