/* SPDX-License-Identifier: GPL-3.0-or-later */
/* uname tells system, machine and the host's name.  */

#include "../test.h"
#include <sys/utsname.h>

int
main (void)
{
  struct utsname u;
  char name[256];
  CHECK (uname (&u) == 0);
  printf ("%s %s %s %s %s\n", u.sysname, u.nodename, u.release, u.version, u.machine);
  CHECK (strcmp (u.sysname, "GNU") == 0);
  CHECK (u.machine[0] && u.release[0] && u.version[0]);
  CHECK (strcmp (u.release, "0.9") == 0 && strncmp (u.version, "GNU-Mach", 8) == 0 && strstr (u.version, "/Hurd-0.9"));
  CHECK (gethostname (name, sizeof name) == 0);
  CHECK (strcmp (name, u.nodename) == 0);
  return verdict ();
}
