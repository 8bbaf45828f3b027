/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rename of files and directories, over others, and all its errors.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
  NEED (put ("a", "1") == 0 && put ("b", "2") == 0);
  NEED (mkdir ("d", 0755) == 0 && mkdir ("e", 0755) == 0 && mkdir ("d/sub", 0755) == 0 && put ("e/f", "3") == 0);
  CHECK (rename ("a", "b") == 0 && holds ("b", "1"));
  CHECK_ERROR (stat ("a", &st), ENOENT);
  CHECK_ERROR (rename ("a", "c"), ENOENT);
  CHECK_ERROR (rename ("b", "d"), EISDIR);
  CHECK_ERROR (rename ("d", "b"), ENOTDIR);
  CHECK (rename ("d", "e") == -1 && (errno == ENOTEMPTY || errno == EEXIST));
  CHECK_ERROR (rename ("d", "d/sub/x"), EINVAL);
  CHECK_ERROR (rename ("d", "d/x"), EINVAL);
  CHECK_ERROR (rename ("b", "b/x"), ENOTDIR);
  CHECK_ERROR (rename ("b", "none/x"), ENOENT);
  CHECK (rename ("b", "b") == 0);
  NEED (link ("b", "b2") == 0);
  CHECK (rename ("b", "b2") == 0 && stat ("b", &st) == 0 && st.st_nlink == 2);
  CHECK (rename ("d/sub", "sub") == 0 && stat ("sub", &st) == 0);
  CHECK (stat ("d", &st) == 0 && st.st_nlink == 2);
  CHECK (rename ("sub", "d") == 0);
  CHECK (rename ("e/f", "g") == 0 && holds ("g", "3"));
  CHECK (rename ("d", "e/d") == 0 && stat ("e", &st) == 0 && st.st_nlink == 3);
  struct stat up, e;
  CHECK (stat ("e/d/..", &up) == 0 && stat ("e", &e) == 0 && up.st_ino == e.st_ino);
  CHECK (rename (".", "x") == -1 && (errno == EINVAL || errno == EBUSY));
  CHECK (rename ("e/.", "x") == -1 && (errno == EINVAL || errno == EBUSY));
  return verdict ();
}
