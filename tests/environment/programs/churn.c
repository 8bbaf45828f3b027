/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Processes made, replaced and ended all the time.  */

#include <signal.h>
#include "../env.h"

static int
child (void *arg)
{
  int n = (int) (intptr_t) arg;
  if (n % 3 == 0)
    {
      execl ("/bin/sh", "sh", "-c", "exit 5", NULL);
      return 1;
    }
  if (n % 3 == 1)
    {
      pid_t pid = vfork ();
      if (pid == 0)
	_exit (3);
      int status;
      CHECK (waitpid (pid, &status, 0) == pid && status == 3 << 8, "%#x",
	     status);
      return 5;
    }
  kill (getpid (), SIGKILL);
  return 1;
}

PROGRAM (churn)
{
  env_ready ();
  for (intptr_t n = 0; env_going (); n++)
    {
      usleep (30000);
      pid_t pid = env_fork (child, (void *) n);
      int status, want = n % 3 == 2 ? SIGKILL : 5 << 8;
      pid_t got = waitpid (pid, &status, 0);
      CHECK (got == pid, "round %d: %s", (int) n, strerror (errno));
      CHECK (status == want, "round %d: status %#x", (int) n, status);
    }
  CHECK (waitpid (-1, NULL, WNOHANG) == -1 && errno == ECHILD, "%s",
	 strerror (errno));
}
