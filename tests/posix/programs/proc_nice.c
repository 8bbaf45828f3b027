/* SPDX-License-Identifier: GPL-3.0-or-later */
/* priorities can be asked for and lowered.  */

#include "../test.h"
#include <sys/resource.h>

int
main (void)
{
  errno = 0;
  int p = getpriority (PRIO_PROCESS, 0);
  printf ("priority %d\n", p);
  CHECK (errno == 0 && p >= -20 && p <= 20);
  CHECK (setpriority (PRIO_PROCESS, 0, p + 2) == 0);
  CHECK (getpriority (PRIO_PROCESS, 0) == p + 2);
  errno = 0;
  CHECK (nice (2) == p + 4 && errno == 0);
  CHECK_ERROR (getpriority (9, 0), EINVAL);
  return verdict ();
}
