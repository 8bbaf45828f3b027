/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks on parts of a file, and somebody who waits for one.  */

#include <fcntl.h>
#include "../env.h"

static int
lock (int fd, int command, short type, off_t start, off_t len)
{
  struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start,
		     .l_len = len };
  return fcntl (fd, command, &l);
}

static int
waiter (void *arg)
{
  int fd = SYS (open (env_file ("data"), O_RDWR));
  SYS (lock (fd, F_SETLKW, F_WRLCK, 10, 10));
  return env_ended () ? 0 : 1;
}

PROGRAM (record_locks)
{
  int fd = SYS (open (env_file ("data"), O_RDWR | O_CREAT | O_TRUNC, 0666));
  int other = SYS (open (env_file ("data"), O_RDWR));
  SYS (lock (fd, F_SETLK, F_WRLCK, 10, 10));
  SYS (lock (fd, F_SETLK, F_RDLCK, 100, 5));
  pid_t pid = env_fork (waiter, NULL);
  env_wait ();
  CHECK (waitpid (pid, NULL, WNOHANG) == 0, "it has the lock already");
  SYS (lock (fd, F_SETLK, F_UNLCK, 10, 10));
  env_join (pid);
  close (other);
}
