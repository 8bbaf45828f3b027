/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exit runs atexit's functions in reverse order and flushes; _exit does neither.  */

#include "../test.h"

static void first (void) { printf ("1"); }
static void second (void) { printf ("2"); }

static int
with_exit (void *arg)
{
  NEED (freopen ("out", "w", stdout));
  atexit (first);
  atexit (second);
  printf ("x");
  exit (258 + 3);
}

static int
without (void *arg)
{
  NEED (freopen ("out2", "w", stdout));
  atexit (first);
  printf ("x");
  _exit (4);
}

int
main (void)
{
  int s = ended (child (with_exit, NULL));
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 5);
  CHECK (holds ("out", "x21"));
  s = ended (child (without, NULL));
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 4);
  CHECK (holds ("out2", ""));
  return verdict ();
}
