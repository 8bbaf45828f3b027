/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waits shorter than the interval: one looks like the one before.  */
#include "../timed.h"

static void
wait_once (double seconds)
{
  SYS (usleep (seconds * 1e6));
}

PROGRAM (time_sleep_short)
{
  timed_waits (wait_once, 0.7);
}
