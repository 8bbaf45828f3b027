/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sigaction's and sigprocmask's errors; order of pending signals; sigsuspend and pause with several; SIGKILL and SIGSTOP.  */

#include "../test.h"
#include <setjmp.h>
#include <sys/time.h>

static volatile int count, order[8], n;
static void counts (int s) { count++; if (n < 8) order[n++] = s; }
static void bad (int s) { (void) s; write (1, "handler with NULL\n", 18); }

int
main (void)
{
  struct sigaction sa = { .sa_handler = counts }, old;
  sigset_t set, was, pending;
  CHECK_ERROR (sigaction (SIGKILL, &sa, NULL), EINVAL);
  CHECK_ERROR (sigaction (SIGSTOP, &sa, NULL), EINVAL);
  CHECK_ERROR (sigaction (0, &sa, NULL), EINVAL);
  CHECK_ERROR (sigaction (9999, &sa, NULL), EINVAL);
  CHECK_ERROR (sigaction (-1, &sa, NULL), EINVAL);
  CHECK (signal (SIGKILL, bad) == SIG_ERR && errno == EINVAL);
  CHECK (sigaction (SIGKILL, NULL, &old) == 0 && old.sa_handler == SIG_DFL);
  CHECK (sigaction (SIGUSR1, &sa, NULL) == 0 && sigaction (SIGUSR2, &sa, NULL) == 0 && sigaction (SIGUSR1, NULL, &old) == 0 && old.sa_handler == counts);
  sigfillset (&set);
  CHECK (sigprocmask (SIG_BLOCK, &set, &was) == 0 && sigprocmask (SIG_BLOCK, NULL, &set) == 0);
  CHECK (sigismember (&set, SIGKILL) == 0 && sigismember (&set, SIGSTOP) == 0 && sigismember (&set, SIGUSR1) == 1);
  CHECK_ERROR (sigprocmask (77, &set, NULL), EINVAL);
  CHECK_ERROR (sigaddset (&set, 9999), EINVAL);
  CHECK_ERROR (sigismember (&set, -1), EINVAL);
  for (int i = 0; i < 5; i++)
    raise (SIGUSR1);
  raise (SIGUSR2);
  CHECK (sigpending (&pending) == 0 && sigismember (&pending, SIGUSR1) == 1 && sigismember (&pending, SIGUSR2) == 1 && sigismember (&pending, SIGHUP) == 0);
  CHECK (count == 0);
  CHECK (sigprocmask (SIG_SETMASK, &was, NULL) == 0 && count == 2);
  CHECK (sigpending (&pending) == 0 && sigismember (&pending, SIGUSR1) == 0);
  count = 0;
  /* sigsuspend returns after the handler, with the mask as it was.  */
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  sigprocmask (SIG_BLOCK, &set, NULL);
  pid_t pid = fork ();
  if (pid == 0)
    {
      for (int i = 0; i < 3; i++)
	{
	  nap (200);
	  kill (getppid (), SIGUSR1);
	}
      _exit (0);
    }
  sigemptyset (&set);
  for (int i = 1; i <= 3; i++)
    {
      errno = 0;
      CHECK (sigsuspend (&set) == -1 && errno == EINTR && count == i);
      sigprocmask (SIG_BLOCK, NULL, &was);
      CHECK (sigismember (&was, SIGUSR1) == 1);
    }
  CHECK (ended (pid) == 0);
  struct itimerval it = { { 0, 50000 }, { 0, 50000 } };
  sigaction (SIGALRM, &sa, NULL);
  count = 0;
  CHECK (setitimer (ITIMER_REAL, &it, NULL) == 0);
  while (count < 5)
    pause ();
  memset (&it, 0, sizeof it);
  CHECK (setitimer (ITIMER_REAL, &it, NULL) == 0);
  CHECK_ERROR (setitimer (99, &it, NULL), EINVAL);
  CHECK (abs ((int) sizeof sa) > 0 && strsignal (SIGTERM) != NULL);
  return verdict ();
}
