/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gethostname and, for root, sethostname.  */

#include "../test.h"

static int
user (void *arg)
{
  become (1000);
  int r = sethostname ("evil", 4);
  return r == -1 ? 0 : 1;
}

int
main (void)
{
  char a[100] = "", b[100] = "";
  CHECK (gethostname (a, sizeof a) == 0 && a[0]);
  CHECK (sethostname ("other", 5) == 0 && gethostname (b, sizeof b) == 0);
  CHECK (strncmp (b, "other", 5) == 0);
  CHECK (sethostname (a, strlen (a)) == 0);
  CHECK (ended (child (user, NULL)) == 0);
  return verdict ();
}
