/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data in a pipe; its reader waits for more than there is.  */

#include "../env.h"

static int fds[2];

static int
reader (void *arg)
{
  char data[3000];
  size_t n = 0;
  close (fds[1]);
  while (n < sizeof data)
    {
      ssize_t got = SYS (read (fds[0], data + n, sizeof data - n));
      if (got == 0)
	break;
      n += got;
    }
  CHECK (n == sizeof data, "%zu", n);
  CHECK (env_is_pattern (data, sizeof data, 5), "contents");
  CHECK (read (fds[0], data, 1) == 0, "no end");
  return 0;
}

PROGRAM (pipe_data)
{
  char data[3000];
  SYS (pipe (fds));
  pid_t pid = env_fork (reader, NULL);
  close (fds[0]);
  env_pattern (data, sizeof data, 5);
  CHECK (write (fds[1], data, 1000) == 1000, "%s", strerror (errno));
  env_wait ();
  CHECK (write (fds[1], data + 1000, 2000) == 2000, "%s", strerror (errno));
  close (fds[1]);
  env_join (pid);
}
