/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a stopped process whose group becomes an orphan is hung up and goes on.  */

#include "../test.h"

int
main (void)
{
  pid_t stopped = 0;
  int fd[2], status;
  NEED (pipe (fd) == 0);
  pid_t pid = fork ();
  if (pid == 0)
    {
      setpgid (0, 0);
      pid = fork ();
      if (pid == 0)
	{
	  signal (SIGHUP, SIG_DFL);
	  raise (SIGSTOP);
	  nap (60000);
	  _exit (0);
	}
      waitpid (pid, &status, WUNTRACED);
      write (fd[1], &pid, sizeof pid);
      _exit (!WIFSTOPPED (status));
    }
  CHECK (ended (pid) == 0 && read (fd[0], &stopped, sizeof stopped) == sizeof stopped);
  for (int i = 0; i < 100 && kill (stopped, 0) == 0; i++)
    nap (100);
  CHECK_ERROR (kill (stopped, 0), ESRCH);
  return verdict ();
}
