/* SPDX-License-Identifier: GPL-3.0-or-later */
/* select and poll that wait for data, which come.  */

#include <poll.h>
#include <sys/select.h>
#include "../env.h"

static int fds[2], more[2];

static int
selecting (void *arg)
{
  fd_set set;
  FD_ZERO (&set);
  FD_SET (fds[0], &set);
  CHECK (select (fds[0] + 1, &set, NULL, NULL, NULL) == 1, "%s",
	 strerror (errno));
  return env_ended () ? 0 : 1;
}

static int
polling (void *arg)
{
  struct pollfd p[2] = { { .fd = more[0], .events = POLLIN },
			 { .fd = fds[0], .events = POLLIN } };
  CHECK (poll (p, 1, -1) == 1 && p[0].revents & POLLIN, "%s", strerror (errno));
  return env_ended () ? 0 : 1;
}

PROGRAM (select_pipe)
{
  SYS (pipe (fds));
  SYS (pipe (more));
  pid_t a = env_fork (selecting, NULL), b = env_fork (polling, NULL);
  sleep (1);
  env_wait ();
  CHECK (write (fds[1], "x", 1) == 1 && write (more[1], "y", 1) == 1, "%s",
	 strerror (errno));
  env_join (a);
  env_join (b);
}
