/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setitimer repeats; getitimer tells what is left.  */

#include "../test.h"
#include <sys/time.h>

static volatile sig_atomic_t got;
static void note (int s) { got++; }

int
main (void)
{
  struct itimerval it = { { 0, 50000 }, { 0, 50000 } }, old;
  signal (SIGALRM, note);
  CHECK (setitimer (ITIMER_REAL, &it, NULL) == 0);
  double end = now () + 5;
  while (got < 5 && now () < end)
    pause ();
  CHECK (got >= 5);
  CHECK (getitimer (ITIMER_REAL, &old) == 0 && old.it_interval.tv_usec == 50000);
  memset (&it, 0, sizeof it);
  CHECK (setitimer (ITIMER_REAL, &it, &old) == 0);
  int before = got;
  nap (200);
  CHECK (got == before);
  it.it_value.tv_usec = 1000;
  if (setitimer (ITIMER_VIRTUAL, &it, NULL))
    printf ("ITIMER_VIRTUAL: %s\n", strerror (errno));
  return verdict ();
}
