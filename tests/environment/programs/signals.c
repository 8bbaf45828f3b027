/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A handler in progress, on a stack of its own; a pending blocked signal; a mask;
   sigsuspend in a child.  */

#include <signal.h>
#include "../env.h"

static char stack[64 * 1024];
static volatile bool on_stack;
static volatile int handled, inner;

static void
handler (int signo)
{
  char here;
  on_stack = &here >= stack && &here < stack + sizeof stack;
  env_wait ();
  handled++;
}

static void
count (int signo)
{
  inner++;
}

static int
suspended (void *arg)
{
  sigset_t none;
  sigemptyset (&none);
  signal (SIGHUP, count);
  CHECK (sigsuspend (&none) == -1 && errno == EINTR, "%s", strerror (errno));
  CHECK (inner == 1 && env_ended (), "%d", inner);
  return 0;
}

PROGRAM (signals)
{
  sigset_t set, got;
  stack_t ss = { .ss_sp = stack, .ss_size = sizeof stack };
  struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_ONSTACK };
  pid_t child = env_fork (suspended, NULL);
  SYS (sigaltstack (&ss, NULL));
  SYS (sigaction (SIGUSR1, &sa, NULL));
  signal (SIGUSR2, count);
  sigemptyset (&set);
  sigaddset (&set, SIGUSR2);
  SYS (sigprocmask (SIG_BLOCK, &set, NULL));
  SYS (raise (SIGUSR2));
  CHECK (inner == 0, "%d", inner);
  SYS (raise (SIGUSR1));
  CHECK (handled == 1 && on_stack, "%d %d", handled, on_stack);
  SYS (sigpending (&got));
  CHECK (sigismember (&got, SIGUSR2) && inner == 0, "%d", inner);
  SYS (sigprocmask (SIG_UNBLOCK, &set, &got));
  CHECK (sigismember (&got, SIGUSR2) == 1 && sigismember (&got, SIGUSR1) == 0,
	 "the mask");
  CHECK (inner == 1, "%d", inner);
  CHECK (waitpid (child, NULL, WNOHANG) == 0, "the child did not wait");
  SYS (kill (child, SIGHUP));
  env_join (child);
}
