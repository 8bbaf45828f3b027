/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sigaltstack refuses a stack that is too small, and flags that there are not.  */

#include "../test.h"

int
main (void)
{
  static char room[65536];
  stack_t s = { .ss_sp = room, .ss_size = 100 };
  if (sigaltstack (&s, NULL) == 0)
    unsupported ("libc's sigaltstack does not look at size and flags");
  CHECK (errno == ENOMEM);
  s = (stack_t) { .ss_sp = room, .ss_size = sizeof room, .ss_flags = 0x999 };
  CHECK_ERROR (sigaltstack (&s, NULL), EINVAL);
  return verdict ();
}
