/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Breakpoints all the time: each is a signal, exactly once.  */

#include <signal.h>
#include "../env.h"

static volatile unsigned int handled;

static void
handler (int signo)
{
  handled++;
}

PROGRAM (breakpoints)
{
  signal (SIGTRAP, handler);
  env_ready ();
  for (unsigned int n = 1; env_going (); n++)
    {
      __asm__ volatile ("int3");
      CHECK (handled == n, "%u calls for %u breakpoints", handled, n);
      if (n % 100 == 0)
	usleep (100000);
    }
}
