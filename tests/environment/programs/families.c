/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parents, groups and sessions; an orphan's parent is init.  */

#include <signal.h>
#include "../env.h"

struct place { pid_t pid, parent, group, session; };

static struct place
here (void)
{
  return (struct place) { getpid (), getppid (), getpgrp (), getsid (0) };
}

static int
member (void *arg)
{
  struct place before = here (), now;
  env_await_end ();
  now = here ();
  return memcmp (&before, &now, sizeof now) != 0;
}

static int
leader (void *arg)
{
  SYS (setsid ());
  pid_t pid = env_fork (member, NULL);
  int bad = member (NULL);
  env_join (pid);
  return bad || getsid (0) != getpid () || getpgrp () != getpid ();
}

static int
mother (void *arg)
{
  int *fds = arg;
  if (fork () == 0)
    {
      while (getppid () != 1)
	usleep (100000);
      env_await_end ();
      char good = getppid () == 1;
      write (fds[1], &good, 1);
      _exit (0);
    }
  return 0;
}

PROGRAM (families)
{
  int fds[2];
  char good = 0;
  SYS (pipe (fds));
  env_join (env_fork (mother, fds));
  pid_t a = env_fork (member, NULL), b = env_fork (leader, NULL);
  pid_t c = env_fork (member, NULL);
  SYS (setpgid (c, c));
  usleep (500000);
  env_wait ();
  CHECK (getpgid (c) == c && getpgid (a) == getpgrp () && getsid (b) == b,
	 "%d %d %d", getpgid (c), getpgid (a), getsid (b));
  env_join (a);
  env_join (b);
  waitpid (c, NULL, 0);
  CHECK (read (fds[0], &good, 1) == 1 && good, "the orphan's parent");
}
