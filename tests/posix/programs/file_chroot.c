/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chroot hides what is outside, `..' included.  */

#include "../test.h"

static int
inner (void *arg)
{
  struct stat st;
  CHECK (chroot ("jail") == 0 && chdir ("/") == 0);
  CHECK (holds ("/in", "inside"));
  CHECK_ERROR (stat ("/bin/sh", &st), ENOENT);
  CHECK (holds ("/../../in", "inside") && holds ("link", "inside"));
  return verdict ();
}

int
main (void)
{
  NEED (mkdir ("jail", 0755) == 0 && put ("jail/in", "inside") == 0 && symlink ("/in", "jail/link") == 0);
  int s = ended (child (inner, NULL));
  CHECK (WIFEXITED (s));
  if (WEXITSTATUS (s))
    failures++;
  return verdict ();
}
