/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sysconf, pathconf and confstr.  */

#include "../test.h"
#include <limits.h>

int
main (void)
{
  char buf[200];
  printf ("open %ld args %ld ticks %ld cpus %ld pages %ld\n", sysconf (_SC_OPEN_MAX), sysconf (_SC_ARG_MAX),
	  sysconf (_SC_CLK_TCK), sysconf (_SC_NPROCESSORS_ONLN), sysconf (_SC_PHYS_PAGES));
  CHECK (sysconf (_SC_PAGESIZE) == 4096 && getpagesize () == 4096);
  CHECK (sysconf (_SC_NPROCESSORS_ONLN) >= 1);
  CHECK (sysconf (_SC_CLK_TCK) > 0);
  CHECK_ERROR (sysconf (12345), EINVAL);
  CHECK (pathconf (".", _PC_NAME_MAX) == 255);
  CHECK (pathconf (".", _PC_LINK_MAX) >= 8);
  CHECK_ERROR (pathconf (".", 12345), EINVAL);
  CHECK_ERROR (pathconf ("none", _PC_NAME_MAX), ENOENT);
  CHECK (confstr (_CS_PATH, buf, sizeof buf) > 0 && buf[0] == '/');
  return verdict ();
}
