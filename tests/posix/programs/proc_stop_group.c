/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stopping and continuing a whole group; SIGKILL ends stopped processes.  */

#include "../test.h"

static int
sleeper (void *arg)
{
  nap (5000);
  return 0;
}

int
main (void)
{
  int s;
  pid_t a = child (sleeper, NULL), b = child (sleeper, NULL);
  setpgid (a, a);
  setpgid (b, a);
  nap (50);
  CHECK (kill (-a, SIGSTOP) == 0);
  CHECK (waitpid (a, &s, WUNTRACED) == a && WIFSTOPPED (s));
  CHECK (waitpid (b, &s, WUNTRACED) == b && WIFSTOPPED (s));
  CHECK (kill (-a, SIGCONT) == 0);
  CHECK (waitpid (a, &s, WCONTINUED) == a && WIFCONTINUED (s));
  CHECK (kill (a, SIGSTOP) == 0 && waitpid (a, &s, WUNTRACED) == a);
  CHECK (kill (-a, SIGKILL) == 0);
  s = ended (a);
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGKILL);
  s = ended (b);
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGKILL);
  return verdict ();
}
