/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resource limits are kept, inherited, and checked.  */

#include "../test.h"
#include <sys/resource.h>

static int
inner (void *arg)
{
  struct rlimit r;
  CHECK (getrlimit (RLIMIT_CORE, &r) == 0 && r.rlim_cur == 4096);
  CHECK (getrlimit (RLIMIT_NOFILE, &r) == 0 && r.rlim_cur == 20);
  int fd = 0, last = -1;
  while ((fd = dup (0)) >= 0)
    last = fd;
  CHECK_ERROR (dup (0), EMFILE);
  CHECK (last == 19);
  return verdict ();
}

int
main (void)
{
  struct rlimit r = { 4096, RLIM_INFINITY }, n;
  CHECK (setrlimit (RLIMIT_CORE, &r) == 0);
  CHECK (getrlimit (RLIMIT_NOFILE, &n) == 0);
  n.rlim_cur = 20;
  CHECK (setrlimit (RLIMIT_NOFILE, &n) == 0);
  CHECK (WEXITSTATUS (ended (child (inner, NULL))) == 0);
  CHECK_ERROR (getrlimit (1000, &r), EINVAL);
  return verdict ();
}
