/* SPDX-License-Identifier: GPL-3.0-or-later */
/* root sets the clock; nobody else does.  */

#include "../test.h"
#include <hurd.h>

static int
user_sets (void *arg)
{
  struct timespec ts;
  become (1000);
  clock_gettime (CLOCK_REALTIME, &ts);
  return clock_settime (CLOCK_REALTIME, &ts) == -1 && errno == EPERM ? 5 : 1;
}

int
main (void)
{
  struct timespec ts, after;
  mach_port_t host;
  CHECK (WEXITSTATUS (ended (child (user_sets, NULL))) == 5);
  if (get_privileged_ports (&host, NULL))
    unsupported ("privileged ports are not given to programs of the environment (clock_settime: EPERM)");
  CHECK (clock_gettime (CLOCK_REALTIME, &ts) == 0 && clock_settime (CLOCK_REALTIME, &ts) == 0);
  CHECK (clock_gettime (CLOCK_REALTIME, &after) == 0 && after.tv_sec >= ts.tv_sec && after.tv_sec < ts.tv_sec + 30);
  ts.tv_nsec = 1000000000;
  CHECK_ERROR (clock_settime (CLOCK_REALTIME, &ts), EINVAL);
  CHECK (clock_settime (CLOCK_MONOTONIC, &after) == -1);
  return verdict ();
}
