/* SPDX-License-Identifier: GPL-3.0-or-later */
/* with SIGCHLD ignored, wait waits for all children and says ECHILD.  */

#include "../test.h"

static int
leave (void *arg)
{
  return 0;
}

int
main (void)
{
  signal (SIGCHLD, SIG_IGN);
  child (leave, NULL);
  nap (100);
  pid_t r = wait (NULL);
  int e = errno;
  printf ("wait: %d %s\n", (int) r, r < 0 ? strerror (e) : "");
  if (r > 0)
    unsupported ("libc's SIG_IGN for SIGCHLD does not tell proc to discard zombies (sigaction)");
  CHECK (r == -1 && e == ECHILD);
  return verdict ();
}
