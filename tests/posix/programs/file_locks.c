/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record locks between processes, their ranges and their end.  */

#include "../test.h"

static int fd;

static int
other (void *arg)
{
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 5, .l_len = 10 };
  int f = open ("f", O_RDWR);
  CHECK (fcntl (f, F_SETLK, &l) == -1 && (errno == EAGAIN || errno == EACCES));
  CHECK (fcntl (f, F_GETLK, &l) == 0 && l.l_type != F_UNLCK);
  printf ("held by %d: %ld..+%ld\n", (int) l.l_pid, (long) l.l_start, (long) l.l_len);
  l = (struct flock) { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 20, .l_len = 10 };
  CHECK (fcntl (f, F_SETLK, &l) == 0);
  l = (struct flock) { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0 };
  double began = now ();
  CHECK (fcntl (f, F_SETLKW, &l) == 0);
  printf ("waited %.2f s\n", now () - began);
  CHECK (now () - began > 0.05);
  return verdict ();
}

int
main (void)
{
  fd = open ("f", O_RDWR | O_CREAT, 0644);
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10 };
  CHECK (fcntl (fd, F_SETLK, &l) == 0);
  pid_t pid = child (other, NULL);
  nap (400);
  l.l_type = F_UNLCK;
  CHECK (fcntl (fd, F_SETLK, &l) == 0);
  CHECK (WEXITSTATUS (ended (pid)) == 0);
  return verdict ();
}
