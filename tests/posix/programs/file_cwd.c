/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chdir, getcwd, and a directory that is removed while it is the current one.  */

#include "../test.h"

int
main (void)
{
  char buf[1000], again[1000];
  NEED (getcwd (buf, sizeof buf));
  NEED (mkdir ("d", 0755) == 0);
  CHECK (chdir ("d") == 0 && getcwd (again, sizeof again) && strncmp (again, buf, strlen (buf)) == 0
	 && strcmp (again + strlen (buf), "/d") == 0);
  CHECK (chdir ("..") == 0 && getcwd (again, sizeof again) && strcmp (again, buf) == 0);
  CHECK_ERROR (getcwd (again, 2) ? 0 : -1, ERANGE);
  CHECK_ERROR (chdir ("none"), ENOENT);
  NEED (put ("f", "") == 0);
  CHECK_ERROR (chdir ("f"), ENOTDIR);
  CHECK (chdir ("d") == 0 && rmdir ("../d") == 0);
  CHECK_ERROR (getcwd (again, sizeof again) ? 0 : -1, ENOENT);
  CHECK_ERROR (open ("x", O_CREAT | O_WRONLY, 0644), ENOENT);
  return verdict ();
}
