/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CLOCK_MONOTONIC never goes back, and does not count the time when the machine is
   off.  */
#include "../env.h"

PROGRAM (time_monotonic)
{
  /* Volatile: compared as they are stored.  */
  volatile double last = env_uptime ();
  env_ready ();
  for (int i = 0; i % 1000 || !env_ended (); i++)
    {
      volatile double now = env_uptime ();
      CHECK (now >= last, "%.6f after %.6f", now, last);
      CHECK (now - last < 20, "%.6f after %.6f", now, last);
      last = now;
      if (i % 10 == 0)
	usleep (1000);
    }
}
