/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flock: shared, exclusive, nonblocking, inherited by fork, released by close.  */

#include "../test.h"
#include <sys/file.h>

static int fd;

static int
other (void *arg)
{
  int f = open ("f", O_RDWR);
  close (fd);
  CHECK_ERROR (flock (f, LOCK_EX | LOCK_NB), EWOULDBLOCK);
  CHECK (flock (f, LOCK_EX) == 0);
  return verdict ();
}

int
main (void)
{
  fd = open ("f", O_RDWR | O_CREAT, 0644);
  int two = open ("f", O_RDWR);
  CHECK (flock (fd, LOCK_SH) == 0 && flock (two, LOCK_SH) == 0);
  CHECK (flock (two, LOCK_UN) == 0 && flock (fd, LOCK_EX) == 0);
  CHECK_ERROR (flock (two, LOCK_SH | LOCK_NB), EWOULDBLOCK);
  close (two);
  pid_t pid = child (other, NULL);
  nap (200);
  close (fd);
  CHECK (WEXITSTATUS (ended (pid)) == 0);
  return verdict ();
}
