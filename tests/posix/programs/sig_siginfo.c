/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SA_SIGINFO tells who has sent a signal.  */

#include "../test.h"

static volatile pid_t sender;
static volatile int code, number;

static void
handler (int s, siginfo_t *si, void *context)
{
  sender = si->si_pid;
  code = si->si_code;
  number = si->si_signo;
}

int
main (void)
{
  struct sigaction sa;
  memset (&sa, 0, sizeof sa);
  sa.sa_sigaction = handler;
  sa.sa_flags = SA_SIGINFO;
  CHECK (sigaction (SIGUSR1, &sa, NULL) == 0);
  CHECK (kill (getpid (), SIGUSR1) == 0);
  printf ("signal %d code %d from %d\n", number, code, (int) sender);
  CHECK (number == SIGUSR1);
  if (sender != getpid ())
    unsupported ("libc's msg_sig_post carries no sender's pid (kill)");
  return verdict ();
}
