/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pipe whose reader is gone, and one whose last writer goes later.  */

#include <signal.h>
#include "../env.h"

static int fds[2];

static int
writer (void *arg)
{
  close (fds[0]);
  env_await_end ();
  return 0;
}

PROGRAM (pipe_end)
{
  int broken[2];
  char c;
  signal (SIGPIPE, SIG_IGN);
  SYS (pipe (fds));
  SYS (pipe (broken));
  close (broken[0]);
  pid_t pid = env_fork (writer, NULL);
  close (fds[1]);
  env_ready ();
  CHECK (read (fds[0], &c, 1) == 0, "%s", strerror (errno));
  CHECK (env_ended (), "the end came before the writer went");
  CHECK (write (broken[1], "x", 1) == -1 && errno == EPIPE, "%s",
	 strerror (errno));
  env_join (pid);
}
