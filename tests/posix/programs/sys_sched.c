/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scheduling: policies, priorities, yielding, affinity.  */

#include "../test.h"
#include <sched.h>

int
main (void)
{
  struct sched_param p;
  CHECK (sched_yield () == 0);
  if (sched_get_priority_max (SCHED_FIFO) == -1 && errno == ENOSYS)
    unsupported ("libc's sched_get_priority_max, sched_getparam and sched_getaffinity are stubs");
  CHECK (sched_getparam (0, &p) == 0);
  return verdict ();
}
