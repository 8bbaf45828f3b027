/* SPDX-License-Identifier: GPL-3.0-or-later */
/* poll with a time limit, on a pipe in which nothing comes.  */
#include <poll.h>
#include "../timed.h"

static void
wait_once (double seconds)
{
  int fds[2];
  SYS (pipe (fds));
  struct pollfd p = { .fd = fds[0], .events = POLLIN };
  CHECK (SYS (poll (&p, 1, seconds * 1000)) == 0, "it found something");
  close (fds[0]);
  close (fds[1]);
}

PROGRAM (time_poll)
{
  timed_waits (wait_once, 4.5);
}
