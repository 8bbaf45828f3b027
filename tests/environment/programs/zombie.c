/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children that have ended and that nobody has waited for yet.  */

#include <signal.h>
#include "../env.h"

static int
seven (void *arg)
{
  return 7;
}

static int
forever (void *arg)
{
  for (;;)
    pause ();
  return 0;
}

PROGRAM (zombie)
{
  int status;
  pid_t ended = env_fork (seven, NULL), killed = env_fork (forever, NULL);
  SYS (kill (killed, SIGTERM));
  sleep (1);
  env_wait ();
  CHECK (waitpid (killed, &status, 0) == killed && WIFSIGNALED (status)
	 && WTERMSIG (status) == SIGTERM, "%#x", status);
  CHECK (waitpid (ended, &status, 0) == ended && status == 7 << 8, "%#x",
	 status);
  CHECK (wait (&status) == -1 && errno == ECHILD, "one more child");
}
