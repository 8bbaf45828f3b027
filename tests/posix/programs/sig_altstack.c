/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a handler on an alternate stack, also after an overflow of the stack.  */

#include "../test.h"
#include <setjmp.h>

static char stack[65536];
static volatile sig_atomic_t there, overflow;
static sigjmp_buf out;

static void
handler (int s)
{
  char here;
  there = &here >= stack && &here < stack + sizeof stack;
  if (s == SIGSEGV)
    {
      overflow = there;
      siglongjmp (out, 1);
    }
}

static volatile int sink;

static int __attribute__ ((noinline))
deep (int n)
{
  volatile char b[4096];
  b[0] = n;
  sink = b[0];
  return n < 0 ? 0 : deep (n + 1) + b[0];
}

int
main (void)
{
  stack_t ss = { .ss_sp = stack, .ss_size = sizeof stack }, old;
  struct sigaction sa;
  CHECK (sigaltstack (&ss, NULL) == 0);
  CHECK (sigaltstack (NULL, &old) == 0 && old.ss_sp == stack && old.ss_flags == 0);
  memset (&sa, 0, sizeof sa);
  sa.sa_handler = handler;
  sa.sa_flags = SA_ONSTACK;
  sigaction (SIGUSR1, &sa, NULL);
  sigaction (SIGSEGV, &sa, NULL);
  raise (SIGUSR1);
  CHECK (there);
  if (sigsetjmp (out, 1) == 0)
    deep (0);
  CHECK (overflow);
  ss.ss_flags = SS_DISABLE;
  CHECK (sigaltstack (&ss, NULL) == 0);
  return verdict ();
}
