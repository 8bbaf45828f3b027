/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fault in this process takes the environment with it, until it is restored:
   say where it was.  */

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "proxy.h"

#define WORDS 512		/* Of the stack that are looked through.  */

extern char __executable_start[], etext[];

static void
handler (int signo, long code, struct sigcontext *context)
{
  char line[256];
  const uintptr_t *stack = (const uintptr_t *) (uintptr_t) context->sc_uesp;
  int n = snprintf (line, sizeof line, "root-proxy: signal %d code %ld at %x:",
		    signo, code, context->sc_eip);

  for (int i = 0; i < WORDS && n < (int) sizeof line - 12; i++)
    if (stack[i] > (uintptr_t) __executable_start
	&& stack[i] < (uintptr_t) etext)
      n += snprintf (line + n, sizeof line - n, " %lx",
		     (unsigned long) stack[i]);
  line[n++] = '\n';
  rp_console (line, n);
  _exit (127);
}

void
rp_report_crashes (void)
{
  static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE };

  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    {
      struct sigaction action = { 0 };
      action.sa_handler = (void (*) (int)) (void *) handler;
      action.sa_flags = SA_RESETHAND;
      sigaction (signals[i], &action, NULL);
    }
}
