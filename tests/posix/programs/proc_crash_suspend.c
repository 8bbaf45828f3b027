/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the crash server may suspend a faulting program instead of killing it.  */

#include "../test.h"

static int
fault (void *arg)
{
  setenv ("CRASHSERVER", "/servers/crash-suspend", 1);
  *(volatile int *) 8 = 1;
  return 0;
}

int
main (void)
{
  int s;
  if (access ("/servers/crash-suspend", F_OK))
    unsupported ("there is no /servers/crash-suspend here");
  pid_t pid = child (fault, NULL);
  CHECK (waitpid (pid, &s, WUNTRACED) == pid);
  CHECK (WIFSTOPPED (s) && WSTOPSIG (s) == SIGSEGV);
  CHECK (kill (pid, SIGKILL) == 0);
  s = ended (pid);
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGKILL);
  return verdict ();
}
