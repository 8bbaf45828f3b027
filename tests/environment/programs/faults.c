/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults all the time, which a handler repairs: one call of it for each.  */

#include <signal.h>
#include <sys/mman.h>
#include "../env.h"

#define SIZE	4096

static volatile unsigned int handled;
static char *volatile page;

static void
handler (int signo)
{
  handled++;
  mprotect (page, SIZE, PROT_READ | PROT_WRITE);
}

PROGRAM (faults)
{
  unsigned int n = 0;
  page = mmap (NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK (page != MAP_FAILED, "%s", strerror (errno));
  signal (SIGSEGV, handler);
  signal (SIGBUS, handler);
  env_ready ();
  for (; env_going ();)
    {
      for (int i = 0; i < 200; i++)
	{
	  (*page)++;
	  n++;
	  CHECK (handled == n, "%u calls for %u faults", handled, n);
	  SYS (mprotect (page, SIZE, PROT_NONE));
	}
      usleep (100000);
    }
}
