/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setreuid sets the saved id as well: the way back is closed.  */

#include "../test.h"

int
main (void)
{
  CHECK (seteuid (1000) == 0 && seteuid (0) == 0);
  CHECK (setresuid (1000, 1000, 0) == 0 && seteuid (0) == 0);
  CHECK (setreuid (1000, 1000) == 0 && geteuid () == 1000);
  if (seteuid (0) == 0)
    unsupported ("libc's setreuid leaves the saved id as it was");
  CHECK (errno == EPERM);
  return verdict ();
}
