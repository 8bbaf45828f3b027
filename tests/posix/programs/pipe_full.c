/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a full pipe makes writers wait, nonblocking ones fail; up to PIPE_BUF writes are whole.  */

#include "../test.h"
#include <limits.h>
#include <pthread.h>

static int fd[2];

static int
reader (void *arg)
{
  char buf[4096];
  long n = 0;
  ssize_t r;
  close (fd[1]);
  nap (100);
  while ((r = read (fd[0], buf, sizeof buf)) > 0)
    n += r;
  return n == 300000 ? 0 : 1;
}

int
main (void)
{
  static char block[300000];
  long n = 0;
  ssize_t r;
  NEED (pipe (fd) == 0);
  CHECK (fpathconf (fd[0], _PC_PIPE_BUF) >= 512);
  fcntl (fd[1], F_SETFL, O_NONBLOCK);
  while ((r = write (fd[1], block, 512)) == 512)
    n += r;
  found (r == -1 && errno == EAGAIN, __LINE__, "a full pipe: %ld %s", (long) r, strerror (errno));
  printf ("room for %ld\n", n);
  CHECK (n >= 4096);
  CHECK (read (fd[0], block, n) == n);
  r = write (fd[1], block, sizeof block);
  printf ("a large nonblocking write: %ld\n", (long) r);
  CHECK (r > 0 && r < (ssize_t) sizeof block && read (fd[0], block, sizeof block) == r);
  fcntl (fd[1], F_SETFL, 0);
  pid_t pid = child (reader, NULL);
  CHECK (write (fd[1], block, sizeof block) == sizeof block);
  close (fd[1]);
  CHECK (ended (pid) == 0);
  return verdict ();
}
