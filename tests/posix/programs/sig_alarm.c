/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alarm and its remainder; SIGALRM ends a program that does not handle it.  */

#include "../test.h"

static volatile sig_atomic_t got;
static void note (int s) { got++; }

static int
dies (void *arg)
{
  signal (SIGALRM, SIG_DFL);
  alarm (1);
  pause ();
  pause ();
  return 0;
}

int
main (void)
{
  signal (SIGALRM, note);
  CHECK (alarm (10) == 0);
  unsigned left = alarm (1);
  CHECK (left == 10 || left == 9);
  double began = now ();
  pause ();
  double took = now () - began;
  printf ("%.2f s\n", took);
  CHECK (got == 1 && took > 0.9 && took < 4);
  CHECK (alarm (5) == 0 && alarm (0) >= 4);
  int s = ended (child (dies, NULL));
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGALRM);
  return verdict ();
}
