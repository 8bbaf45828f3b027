/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ten thousand signals to oneself, each handled.  */

#include "../test.h"

static volatile sig_atomic_t got;
static void note (int s) { got++; }

int
main (void)
{
  signal (SIGUSR1, note);
  for (int i = 0; i < 2000; i++)
    kill (getpid (), SIGUSR1);
  CHECK (got == 2000);
  return verdict ();
}
