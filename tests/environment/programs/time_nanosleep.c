/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <time.h>
#include "../timed.h"

static void
wait_once (double seconds)
{
  struct timespec t = { seconds, (seconds - (int) seconds) * 1e9 };
  SYS (nanosleep (&t, NULL));
}

PROGRAM (time_nanosleep)
{
  timed_waits (wait_once, 6.5);
}
