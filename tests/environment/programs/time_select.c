/* SPDX-License-Identifier: GPL-3.0-or-later */
/* select without descriptors.  */
#include <sys/select.h>
#include "../timed.h"

static void
wait_once (double seconds)
{
  struct timeval t = { seconds, (seconds - (int) seconds) * 1e6 };
  CHECK (SYS (select (0, NULL, NULL, NULL, &t)) == 0, "it found something");
}

PROGRAM (time_select)
{
  timed_waits (wait_once, 5.5);
}
