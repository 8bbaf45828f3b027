/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a directory can be renamed to a name with a slash behind it.  */

#include "../test.h"

int
main (void)
{
  NEED (mkdir ("d", 0755) == 0 && put ("f", "") == 0);
  CHECK (rename ("f", "g/") == -1);
  if (rename ("d", "e/") == -1 && errno == ENOENT)
    unsupported ("libc's rename looks up the new name as far as its last slash (__file_name_split)");
  CHECK (access ("e", F_OK) == 0);
  return verdict ();
}
