/* SPDX-License-Identifier: GPL-3.0-or-later */
/* poll counts descriptors that are not open.  */

#include "../test.h"
#include <poll.h>

int
main (void)
{
  struct pollfd p = { 99, POLLIN, 0 };
  int n = poll (&p, 1, 0);
  CHECK (p.revents == POLLNVAL);
  if (n == 0)
    unsupported ("libc's poll does not count descriptors with POLLNVAL (hurdselect)");
  CHECK (n == 1);
  return verdict ();
}
