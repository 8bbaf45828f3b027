/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sigaction: masks during the handler, SA_NODEFER, SA_RESETHAND, and what is refused.  */

#include "../test.h"

static volatile sig_atomic_t depth, most, count;

static void
handler (int s)
{
  count++;
  if (++depth > most)
    most = depth;
  if (count < 3)
    raise (s);
  depth--;
}

static volatile sig_atomic_t blocked;

static void
look (int s)
{
  sigset_t set;
  sigprocmask (SIG_BLOCK, NULL, &set);
  blocked = sigismember (&set, SIGUSR2) && sigismember (&set, s);
}

int
main (void)
{
  struct sigaction sa, old;
  memset (&sa, 0, sizeof sa);
  sa.sa_handler = handler;
  sigemptyset (&sa.sa_mask);
  CHECK (sigaction (SIGUSR1, &sa, NULL) == 0);
  raise (SIGUSR1);
  CHECK (count == 3 && most == 1);
  sa.sa_flags = SA_NODEFER;
  CHECK (sigaction (SIGUSR1, &sa, NULL) == 0);
  count = most = depth = 0;
  raise (SIGUSR1);
  CHECK (count == 3 && most == 3);
  sa.sa_flags = 0;
  sa.sa_handler = look;
  sigaddset (&sa.sa_mask, SIGUSR2);
  CHECK (sigaction (SIGUSR1, &sa, NULL) == 0);
  raise (SIGUSR1);
  CHECK (blocked);
  sa.sa_flags = SA_RESETHAND;
  CHECK (sigaction (SIGUSR1, &sa, NULL) == 0);
  raise (SIGUSR1);
  CHECK (sigaction (SIGUSR1, NULL, &old) == 0 && old.sa_handler == SIG_DFL);
  CHECK_ERROR (sigaction (SIGKILL, &sa, NULL), EINVAL);
  CHECK_ERROR (sigaction (SIGSTOP, &sa, NULL), EINVAL);
  CHECK_ERROR (sigaction (10000, &sa, NULL), EINVAL);
  return verdict ();
}
