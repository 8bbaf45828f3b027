/* SPDX-License-Identifier: GPL-3.0-or-later */
/* openat, mkdirat, unlinkat, renameat, linkat, symlinkat, fstatat, faccessat, fchmodat, fchownat.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
  char buf[20];
  NEED (mkdir ("d", 0755) == 0);
  int d = open ("d", O_RDONLY | O_DIRECTORY), f;
  CHECK ((f = openat (d, "f", O_RDWR | O_CREAT, 0644)) >= 0 && write (f, "x", 1) == 1);
  CHECK (holds ("d/f", "x"));
  CHECK (mkdirat (d, "e", 0755) == 0 && stat ("d/e", &st) == 0);
  CHECK (linkat (d, "f", d, "g", 0) == 0 && renameat (d, "g", d, "h") == 0);
  CHECK (symlinkat ("f", d, "s") == 0 && readlinkat (d, "s", buf, 20) == 1);
  CHECK (fstatat (d, "s", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK (st.st_mode));
  CHECK (fstatat (d, "s", &st, 0) == 0 && S_ISREG (st.st_mode));
  CHECK (faccessat (d, "f", R_OK, 0) == 0 && fchmodat (d, "f", 0600, 0) == 0 && fchownat (d, "f", 1, 2, 0) == 0);
  CHECK (unlinkat (d, "h", 0) == 0 && unlinkat (d, "e", AT_REMOVEDIR) == 0);
  CHECK_ERROR (unlinkat (d, "e", AT_REMOVEDIR), ENOENT);
  CHECK (unlinkat (d, "f", AT_REMOVEDIR) == -1 && errno == ENOTDIR);
  CHECK_ERROR (openat (f, "x", O_RDONLY), ENOTDIR);
  CHECK_ERROR (openat (99, "x", O_RDONLY), EBADF);
  CHECK (mkfifoat (d, "p", 0600) == 0 && fstatat (d, "p", &st, 0) == 0 && S_ISFIFO (st.st_mode));
  CHECK (fchdir (d) == 0 && holds ("f", "x"));
  CHECK_ERROR (fchdir (f), ENOTDIR);
  return verdict ();
}
