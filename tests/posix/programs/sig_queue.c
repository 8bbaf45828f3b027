/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sigqueue sends a value along.  */

#include "../test.h"

int
main (void)
{
  union sigval v = { .sival_int = 5 };
  if (sigqueue (getpid (), 0, v) && errno == ENOSYS)
    unsupported ("libc's sigqueue is a stub");
  CHECK (sigqueue (getpid (), 0, v) == 0);
  return verdict ();
}
