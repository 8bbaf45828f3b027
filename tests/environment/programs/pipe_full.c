/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A writer that waits for room, and data that nobody has read.  */

#include "../env.h"

#define SIZE 300000

static int fds[2];
static char data[SIZE];

static int
writer (void *arg)
{
  close (fds[0]);
  size_t n = 0;
  while (n < SIZE)
    n += SYS (write (fds[1], data + n, SIZE - n));
  return n == SIZE ? 0 : 1;
}

PROGRAM (pipe_full)
{
  static char got[SIZE];
  SYS (pipe (fds));
  env_pattern (data, SIZE, 6);
  pid_t pid = env_fork (writer, NULL);
  close (fds[1]);
  sleep (1);
  env_wait ();
  size_t n = 0;
  for (ssize_t more = 1; more > 0; n += more)
    more = SYS (read (fds[0], got + n, SIZE - n + (n == SIZE)));
  CHECK (n == SIZE && memcmp (got, data, SIZE) == 0, "%zu", n);
  env_join (pid);
}
