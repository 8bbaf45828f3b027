/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shared record locks coexist, exclusive ones wait; lockf.  */

#include "../test.h"

static int
other (void *arg)
{
  int f = open ("f", O_RDWR);
  struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
  CHECK (fcntl (f, F_SETLK, &l) == 0);
  l.l_type = F_WRLCK;
  CHECK (fcntl (f, F_SETLK, &l) == -1 && (errno == EAGAIN || errno == EACCES));
  CHECK (lockf (f, F_TEST, 10) == -1 || errno == 0);
  return verdict ();
}

int
main (void)
{
  int fd = open ("f", O_RDWR | O_CREAT, 0644);
  struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
  CHECK (fcntl (fd, F_SETLK, &l) == 0);
  CHECK (WEXITSTATUS (ended (child (other, NULL))) == 0);
  l.l_type = 77;
  CHECK_ERROR (fcntl (fd, F_SETLK, &l), EINVAL);
  int r = open ("f", O_RDONLY);
  l.l_type = F_WRLCK;
  CHECK_ERROR (fcntl (r, F_SETLK, &l), EBADF);
  return verdict ();
}
