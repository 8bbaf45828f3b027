/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a slash behind a name: what it names must be a directory, or nothing happens.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
  NEED (put ("f", "text") == 0 && mkdir ("d", 0755) == 0 && symlink ("d", "l") == 0);
  CHECK_ERROR (unlink ("f/"), ENOTDIR);
  CHECK_ERROR (unlink ("f///"), ENOTDIR);
  CHECK_ERROR (unlink ("d/"), EPERM);
  CHECK_ERROR (unlink ("none/"), ENOENT);
  CHECK_ERROR (unlink ("/"), EPERM);
  CHECK (holds ("f", "text"));
  CHECK_ERROR (open ("f/", O_RDONLY), ENOTDIR);
  CHECK_ERROR (open ("none/", O_CREAT | O_WRONLY, 0666), EISDIR);
  CHECK_ERROR (stat ("f/", &st), ENOTDIR);
  CHECK_ERROR (truncate ("f/", 0), ENOTDIR);
  CHECK_ERROR (chdir ("f/"), ENOTDIR);
  CHECK_ERROR (access ("f/", F_OK), ENOTDIR);
  CHECK_ERROR (link ("f/", "g"), ENOTDIR);
  CHECK_ERROR (rename ("f/", "g"), ENOTDIR);
  CHECK_ERROR (rmdir ("f/"), ENOTDIR);
  CHECK (lstat ("l", &st) == 0 && S_ISLNK (st.st_mode));
  CHECK (lstat ("l/", &st) == 0 && S_ISDIR (st.st_mode));
  CHECK (mkdir ("e//", 0755) == 0 && stat ("e", &st) == 0 && S_ISDIR (st.st_mode));
  CHECK (rmdir ("e/") == 0);
  CHECK_ERROR (stat ("e", &st), ENOENT);
  return verdict ();
}
