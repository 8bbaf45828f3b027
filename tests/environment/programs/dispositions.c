/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be done about signals, and on which stack.  */

#include <signal.h>
#include "../env.h"

static char stack[65536];
static volatile uintptr_t where;

static void
handler (int signo)
{
  char here;
  where = (uintptr_t) &here;
}

PROGRAM (dispositions)
{
  struct sigaction action = { .sa_handler = handler,
			      .sa_flags = SA_ONSTACK | SA_RESTART }, old;
  stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack }, now;
  sigaddset (&action.sa_mask, SIGHUP);
  SYS (sigaction (SIGUSR1, &action, NULL));
  signal (SIGUSR2, SIG_IGN);
  SYS (sigaltstack (&alternate, NULL));
  env_wait ();
  SYS (sigaction (SIGUSR1, NULL, &old));
  CHECK (old.sa_handler == handler && old.sa_flags == action.sa_flags
	 && sigismember (&old.sa_mask, SIGHUP), "%#x", old.sa_flags);
  CHECK (signal (SIGUSR2, SIG_DFL) == SIG_IGN, "SIGUSR2");
  SYS (sigaltstack (NULL, &now));
  CHECK (now.ss_sp == stack && now.ss_size == sizeof stack, "%p", now.ss_sp);
  SYS (raise (SIGUSR1));
  CHECK (where - (uintptr_t) stack < sizeof stack, "%#x", (int) where);
}
