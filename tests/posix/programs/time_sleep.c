/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nanosleep, usleep and clock_nanosleep sleep at least as long as asked.  */

#include "../test.h"

int
main (void)
{
  double began = now ();
  struct timespec ts = { 0, 120000000 };
  CHECK (nanosleep (&ts, NULL) == 0 && now () - began > 0.115);
  began = now ();
  CHECK (usleep (120000) == 0 && now () - began > 0.115);
  began = now ();
  CHECK (clock_nanosleep (CLOCK_REALTIME, 0, &ts, NULL) == 0 && now () - began > 0.115);
  clock_gettime (CLOCK_REALTIME, &ts);
  ts.tv_sec += 1;
  began = now ();
  CHECK (clock_nanosleep (CLOCK_REALTIME, TIMER_ABSTIME, &ts, NULL) == 0 && now () - began > 0.9);
  ts.tv_nsec = 2000000000;
  CHECK_ERROR (nanosleep (&ts, NULL), EINVAL);
  began = now ();
  CHECK (sleep (1) == 0 && now () - began > 0.98);
  return verdict ();
}
