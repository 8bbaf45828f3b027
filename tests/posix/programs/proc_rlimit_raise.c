/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nobody but root raises a hard limit, and none is below the soft one.  */

#include "../test.h"
#include <sys/resource.h>

int
main (void)
{
  struct rlimit r = { 100, 50 };
  if (setrlimit (RLIMIT_NOFILE, &r) == 0)
    unsupported ("libc's setrlimit keeps the limits in the process and checks nothing");
  CHECK (errno == EINVAL);
  become (1000);
  r = (struct rlimit) { 30, 30 };
  CHECK (setrlimit (RLIMIT_NOFILE, &r) == 0);
  r.rlim_max = 40;
  CHECK_ERROR (setrlimit (RLIMIT_NOFILE, &r), EPERM);
  return verdict ();
}
