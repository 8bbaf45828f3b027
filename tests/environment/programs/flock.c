/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lock on a whole file, held by a child; another process waits for it.  */

#include <fcntl.h>
#include <sys/file.h>
#include "../env.h"

static int
owner (void *arg)
{
  int *go = arg;
  char c = 'x';
  int fd = SYS (open (env_file ("lock"), O_RDWR | O_CREAT, 0666));
  SYS (flock (fd, LOCK_EX));
  write (go[1], &c, 1);
  env_await_end ();
  sleep (2);
  SYS (flock (fd, LOCK_UN));
  return 0;
}

static int
waiter (void *arg)
{
  int fd = SYS (open (env_file ("lock"), O_RDWR | O_CREAT, 0666));
  SYS (flock (fd, LOCK_EX));
  return env_ended () ? 0 : 1;
}

PROGRAM (flock)
{
  int go[2];
  char c;
  SYS (pipe (go));
  pid_t a = env_fork (owner, go);
  CHECK (read (go[0], &c, 1) == 1, "%s", strerror (errno));
  pid_t b = env_fork (waiter, NULL);
  int fd = SYS (open (env_file ("lock"), O_RDWR));
  CHECK (flock (fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK, "%s",
	 strerror (errno));
  env_wait ();
  CHECK (flock (fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK, "%s",
	 strerror (errno));
  env_join (a);
  env_join (b);
  SYS (flock (fd, LOCK_EX));
}
