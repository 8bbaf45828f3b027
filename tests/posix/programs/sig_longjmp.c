/* SPDX-License-Identifier: GPL-3.0-or-later */
/* siglongjmp out of a handler restores the mask; longjmp of setjmp does not need to.  */

#include "../test.h"
#include <setjmp.h>

static sigjmp_buf env;
static void handler (int s) { siglongjmp (env, s); }

int
main (void)
{
  sigset_t set;
  volatile int rounds = 0;
  signal (SIGUSR1, handler);
  int v = sigsetjmp (env, 1);
  if (v == 0 || rounds < 5)
    {
      rounds += v != 0;
      raise (SIGUSR1);
      printf ("not reached\n");
      return 1;
    }
  CHECK (v == SIGUSR1 && rounds == 5);
  sigprocmask (SIG_BLOCK, NULL, &set);
  CHECK (!sigismember (&set, SIGUSR1));
  return verdict ();
}
