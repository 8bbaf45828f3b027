/* SPDX-License-Identifier: GPL-3.0-or-later */
/* getpwnam, getpwuid, getgrnam, getlogin.  */

#include "../test.h"
#include <grp.h>
#include <pwd.h>

int
main (void)
{
  struct passwd *p = getpwnam ("root");
  CHECK (p && p->pw_uid == 0);
  p = getpwuid (0);
  CHECK (p && strcmp (p->pw_name, "root") == 0 && p->pw_dir[0] == '/');
  struct group *g = getgrgid (0);
  CHECK (g && strcmp (g->gr_name, "root") == 0);
  CHECK (getpwnam ("nobody-of-this-name") == NULL);
  char *l = getlogin ();
  printf ("login %s\n", l ? l : strerror (errno));
  return verdict ();
}
