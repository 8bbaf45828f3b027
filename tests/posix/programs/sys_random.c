/* SPDX-License-Identifier: GPL-3.0-or-later */
/* getrandom and getentropy give bytes.  */

#include "../test.h"
#include <sys/random.h>

int
main (void)
{
  unsigned char a[32] = { 0 }, b[32] = { 0 };
  CHECK (getrandom (a, sizeof a, 0) == sizeof a);
  CHECK (getrandom (b, sizeof b, GRND_NONBLOCK) == sizeof b);
  CHECK (memcmp (a, b, sizeof a) != 0);
  CHECK (getentropy (b, sizeof b) == 0);
  return verdict ();
}
