/* SPDX-License-Identifier: GPL-3.0-or-later */
/* in a sticky directory only a file's owner, the directory's owner and root remove and rename.  */

#include "../test.h"

static bool
refused (int r)
{
  return r == -1 && (errno == EPERM || errno == EACCES);
}

static int
stranger (void *arg)
{
  become (1001);
  CHECK (refused (unlink ("s/f")));
  CHECK (refused (rmdir ("s/d")));
  CHECK (refused (rename ("s/f", "s/g")));
  CHECK (refused (rename ("s/f", "open/g")));
  CHECK (refused (rename ("s/d", "s/e")));
  CHECK (put ("s/mine", "") == 0);
  CHECK (refused (rename ("s/mine", "s/f")));
  CHECK (rename ("s/mine", "s/still") == 0 && unlink ("s/still") == 0);
  CHECK (put ("open/x", "") == 0 && refused (rename ("open/x", "s/f")));
  CHECK (rename ("open/x", "s/x") == 0 && unlink ("s/x") == 0);
  CHECK (mkdir ("s/own", 0700) == 0 && rename ("s/own", "s/own2") == 0 && rmdir ("s/own2") == 0);
  return verdict ();
}

static int
owner (void *arg)
{
  become (1000);
  CHECK (rename ("s/f", "s/g") == 0 && rename ("s/g", "s/f") == 0 && unlink ("s/f") == 0);
  CHECK (rename ("s/d", "s/e") == 0 && rmdir ("s/e") == 0);
  return verdict ();
}

static int
of_directory (void *arg)
{
  become (1002);
  CHECK (unlink ("s/other") == 0);
  CHECK (rename ("s/third", "s/fourth") == 0);
  return verdict ();
}

int
main (void)
{
  NEED (mkdir ("s", 0777) == 0 && chown ("s", 1002, 1002) == 0 && chmod ("s", 01777) == 0);
  NEED (mkdir ("open", 0777) == 0 && chmod ("open", 0777) == 0);
  NEED (put ("s/f", "") == 0 && chown ("s/f", 1000, 1000) == 0);
  NEED (mkdir ("s/d", 0777) == 0 && chown ("s/d", 1000, 1000) == 0);
  NEED (put ("s/other", "") == 0 && put ("s/third", "") == 0);
  CHECK (WEXITSTATUS (ended (child (stranger, NULL))) == 0);
  CHECK (WEXITSTATUS (ended (child (owner, NULL))) == 0);
  CHECK (WEXITSTATUS (ended (child (of_directory, NULL))) == 0);
  return verdict ();
}
