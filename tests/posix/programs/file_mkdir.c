/* SPDX-License-Identifier: GPL-3.0-or-later */
/* directories: modes, link counts, `.' and `..', rmdir's errors.  */

#include "../test.h"

int
main (void)
{
  struct stat st, up;
  umask (022);
  CHECK (mkdir ("d", 0777) == 0 && stat ("d", &st) == 0 && (st.st_mode & 07777) == 0755 && st.st_nlink == 2);
  CHECK_ERROR (mkdir ("d", 0777), EEXIST);
  CHECK_ERROR (mkdir ("n/d", 0777), ENOENT);
  CHECK (mkdir ("d/e/", 0777) == 0 && stat ("d", &st) == 0 && st.st_nlink == 3);
  CHECK (stat ("d/e/..", &up) == 0 && up.st_ino == st.st_ino);
  CHECK (rmdir ("d") == -1 && (errno == ENOTEMPTY || errno == EEXIST));
  CHECK_ERROR (rmdir ("d/e/."), EINVAL);
  CHECK (rmdir ("d/e") == 0 && stat ("d", &st) == 0 && st.st_nlink == 2);
  NEED (put ("f", "") == 0);
  CHECK_ERROR (rmdir ("f"), ENOTDIR);
  CHECK_ERROR (mkdir ("f/d", 0777), ENOTDIR);
  CHECK_ERROR (mkdir ("f", 0777), EEXIST);
  CHECK (rmdir ("d") == 0);
  CHECK_ERROR (rmdir ("d"), ENOENT);
  CHECK_ERROR (mkdir ("", 0777), ENOENT);
  return verdict ();
}
