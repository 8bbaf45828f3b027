/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exec hands over arguments, the environment and open descriptors, not those with FD_CLOEXEC.  */

#include "../test.h"

static void handler (int signo) { }

int
main (int argc, char **argv)
{
  if (argc > 1)
    {
      CHECK (argc == 3 && strcmp (argv[1], "one") == 0 && strcmp (argv[2], "") == 0);
      CHECK (getenv ("KEY") && strcmp (getenv ("KEY"), "value") == 0);
      CHECK (getenv ("PATH") == NULL);
      CHECK (fcntl (10, F_GETFD) == 0);
      CHECK_ERROR (fcntl (11, F_GETFD), EBADF);
      sigset_t set;
      sigprocmask (SIG_BLOCK, NULL, &set);
      CHECK (sigismember (&set, SIGUSR1));
      CHECK (signal (SIGUSR2, SIG_DFL) == SIG_IGN);
      CHECK (signal (SIGHUP, SIG_DFL) == SIG_DFL);
      return verdict ();
    }
  char *args[] = { argv[0], "one", "", NULL }, *env[] = { "KEY=value", NULL };
  NEED (dup2 (0, 10) == 10 && dup2 (0, 11) == 11);
  NEED (fcntl (11, F_SETFD, FD_CLOEXEC) == 0);
  sigset_t set;
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  sigprocmask (SIG_BLOCK, &set, NULL);
  signal (SIGUSR2, SIG_IGN);
  signal (SIGHUP, handler);
  execve (argv[0], args, env);
  perror (argv[0]);
  return 1;
}
