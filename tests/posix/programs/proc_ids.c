/* SPDX-License-Identifier: GPL-3.0-or-later */
/* real, effective and saved user and group ids.  */

#include "../test.h"

static int
inner (void *arg)
{
  uid_t r, e, s;
  CHECK (setresuid (100, 200, 300) == 0);
  CHECK (getresuid (&r, &e, &s) == 0 && r == 100 && e == 200 && s == 300);
  CHECK (seteuid (300) == 0 && geteuid () == 300);
  CHECK (seteuid (100) == 0 && geteuid () == 100);
  CHECK_ERROR (seteuid (0), EPERM);
  CHECK_ERROR (setuid (0), EPERM);
  CHECK_ERROR (setreuid (0, 0), EPERM);
  return verdict ();
}

static int
groups (void *arg)
{
  gid_t list[4] = { 10, 20, 30 };
  CHECK (setgroups (3, list) == 0);
  CHECK (setgid (40) == 0 && getgid () == 40 && getegid () == 40);
  CHECK (getgroups (0, NULL) >= 3);
  gid_t have[10];
  int n = getgroups (10, have), seen = 0;
  for (int i = 0; i < n; i++)
    seen |= have[i] == 20;
  CHECK (seen);
  CHECK (setuid (1000) == 0 && getuid () == 1000 && geteuid () == 1000);
  CHECK_ERROR (setgid (0), EPERM);
  CHECK_ERROR (setgroups (1, list), EPERM);
  return verdict ();
}

int
main (void)
{
  CHECK (WEXITSTATUS (ended (child (inner, NULL))) == 0);
  CHECK (WEXITSTATUS (ended (child (groups, NULL))) == 0);
  return verdict ();
}
