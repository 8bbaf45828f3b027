/* SPDX-License-Identifier: GPL-3.0-or-later */
/* environment variables.  */

#include "../test.h"

extern char **environ;

int
main (void)
{
  CHECK (setenv ("A", "1", 1) == 0 && strcmp (getenv ("A"), "1") == 0);
  CHECK (setenv ("A", "2", 0) == 0 && strcmp (getenv ("A"), "1") == 0);
  CHECK (unsetenv ("A") == 0 && getenv ("A") == NULL);
  CHECK (putenv ("B=3") == 0 && strcmp (getenv ("B"), "3") == 0);
  CHECK_ERROR (setenv ("", "x", 1), EINVAL);
  CHECK_ERROR (setenv ("a=b", "x", 1), EINVAL);
  CHECK (clearenv () == 0 && getenv ("B") == NULL);
  return verdict ();
}
