/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the default actions: end, core, stop, continue, ignore.  */

#include "../test.h"

static int
raiser (void *arg)
{
  raise ((int) (long) arg);
  return 9;
}

int
main (void)
{
  const int end[] = { SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGABRT, SIGFPE, SIGKILL, SIGSEGV, SIGPIPE, SIGALRM,
		      SIGTERM, SIGUSR1, SIGUSR2, SIGBUS, SIGTRAP, SIGSYS, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ };
  const int ignore[] = { SIGCHLD, SIGURG, SIGWINCH, SIGCONT };
  for (size_t i = 0; i < sizeof end / sizeof *end; i++)
    {
      int s = ended (child (raiser, (void *) (long) end[i]));
      if (!WIFSIGNALED (s) || WTERMSIG (s) != end[i])
	found (false, __LINE__, "signal %d: status %x", end[i], s);
    }
  for (size_t i = 0; i < sizeof ignore / sizeof *ignore; i++)
    {
      int s = ended (child (raiser, (void *) (long) ignore[i]));
      if (!WIFEXITED (s) || WEXITSTATUS (s) != 9)
	found (false, __LINE__, "signal %d: status %x", ignore[i], s);
    }
  int s;
  pid_t pid = child (raiser, (void *) (long) SIGSTOP);
  CHECK (waitpid (pid, &s, WUNTRACED) == pid && WIFSTOPPED (s));
  kill (pid, SIGCONT);
  CHECK (WEXITSTATUS (ended (pid)) == 9);
  return verdict ();
}
