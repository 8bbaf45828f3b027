/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a wait for a record lock ends with a signal or the lock; F_GETLK; locks go with the process; split and joined ranges.  */

#include "../test.h"

static void nothing (int s) { }

static int
lock (int fd, int cmd, short type, off_t start, off_t len)
{
  struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };
  return fcntl (fd, cmd, &l);
}

static int
waits (void *arg)
{
  int fd = open ("f", O_RDWR);
  struct sigaction sa = { .sa_handler = nothing };
  sigaction (SIGALRM, &sa, NULL);
  CHECK_ERROR (lock (fd, F_SETLK, F_WRLCK, 5, 1), EAGAIN);
  CHECK (lock (fd, F_SETLK, F_WRLCK, 20, 10) == 0);
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0 };
  CHECK (fcntl (fd, F_GETLK, &l) == 0 && l.l_type == F_WRLCK && l.l_start == 0 && l.l_len == 10);
  printf ("held by %d, parent is %d\n", (int) l.l_pid, (int) getppid ());
  l = (struct flock) { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5 };
  CHECK (fcntl (fd, F_GETLK, &l) == 0 && l.l_type == F_UNLCK);
  alarm (1);
  double t = now ();
  CHECK_ERROR (lock (fd, F_SETLKW, F_WRLCK, 5, 1), EINTR);
  CHECK (now () - t > 0.7);
  put ("ready", "");
  t = now ();
  CHECK (lock (fd, F_SETLKW, F_WRLCK, 5, 1) == 0);
  CHECK (now () - t > 0.2);
  return verdict ();
}

static int
sees (void *arg)
{
  int fd = open ("f", O_RDWR);
  CHECK (lock (fd, F_SETLK, F_WRLCK, 40, 10) == -1);
  CHECK (lock (fd, F_SETLK, F_WRLCK, 50, 10) == 0);
  CHECK (lock (fd, F_SETLK, F_WRLCK, 60, 10) == -1);
  CHECK (lock (fd, F_SETLK, F_RDLCK, 60, 10) == 0);
  CHECK (lock (fd, F_SETLK, F_WRLCK, 70, 1) == -1);
  return verdict ();
}

int
main (void)
{
  struct stat st;
  NEED (put ("f", "0123456789") == 0);
  int fd = open ("f", O_RDWR);
  CHECK (lock (fd, F_SETLK, F_WRLCK, 0, 10) == 0);
  pid_t pid = child (waits, NULL);
  while (stat ("ready", &st))
    nap (50);
  nap (500);
  CHECK (lock (fd, F_SETLK, F_UNLCK, 5, 1) == 0);
  CHECK (WEXITSTATUS (ended (pid)) == 0);
  CHECK (lock (fd, F_SETLK, F_WRLCK, 20, 10) == 0);
  CHECK (lock (fd, F_SETLK, F_WRLCK, 40, 40) == 0);
  CHECK (lock (fd, F_SETLK, F_UNLCK, 50, 10) == 0);
  CHECK (lock (fd, F_SETLK, F_RDLCK, 60, 10) == 0);
  CHECK (WEXITSTATUS (ended (child (sees, NULL))) == 0);
  CHECK_ERROR (lock (open ("f", O_RDONLY), F_SETLK, F_WRLCK, 0, 1), EBADF);
  CHECK_ERROR (lock (open ("f", O_WRONLY), F_SETLK, F_RDLCK, 0, 1), EBADF);
  CHECK_ERROR (lock (fd, F_SETLK, F_WRLCK, -1, 1), EINVAL);
  CHECK_ERROR (lock (fd, F_SETLK, 99, 0, 1), EINVAL);
  int p[2];
  NEED (pipe (p) == 0);
  int r = lock (p[0], F_SETLK, F_RDLCK, 0, 1);
  printf ("a lock on a pipe: %s\n", r ? strerror (errno) : "set");
  return verdict ();
}
