/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WUNTRACED and WCONTINUED report stops and continuations, each once.  */

#include "../test.h"

static int
sleeper (void *arg)
{
  nap (5000);
  return 3;
}

int
main (void)
{
  int status;
  pid_t pid = child (sleeper, NULL);
  nap (50);
  CHECK (kill (pid, SIGSTOP) == 0);
  CHECK (waitpid (pid, &status, WUNTRACED) == pid);
  CHECK (WIFSTOPPED (status) && WSTOPSIG (status) == SIGSTOP);
  CHECK (waitpid (pid, &status, WUNTRACED | WNOHANG) == 0);
  CHECK (kill (pid, SIGCONT) == 0);
  CHECK (waitpid (pid, &status, WCONTINUED) == pid);
  CHECK (WIFCONTINUED (status));
  CHECK (waitpid (pid, &status, WCONTINUED | WUNTRACED | WNOHANG) == 0);
  CHECK (kill (pid, SIGKILL) == 0);
  CHECK (waitpid (pid, &status, 0) == pid);
  CHECK (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  return verdict ();
}
