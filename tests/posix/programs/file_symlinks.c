/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symbolic links: short, long, relative, loops, lstat, readlink.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
  char buf[2000], target[900];
  NEED (put ("file", "x") == 0 && mkdir ("d", 0755) == 0);
  CHECK (symlink ("file", "l") == 0 && holds ("l", "x"));
  CHECK (lstat ("l", &st) == 0 && S_ISLNK (st.st_mode) && st.st_size == 4);
  CHECK (stat ("l", &st) == 0 && S_ISREG (st.st_mode));
  CHECK (readlink ("l", buf, sizeof buf) == 4 && memcmp (buf, "file", 4) == 0);
  CHECK (readlink ("l", buf, 2) == 2);
  CHECK_ERROR (readlink ("file", buf, 10), EINVAL);
  CHECK_ERROR (symlink ("x", "l"), EEXIST);
  CHECK (symlink ("../file", "d/up") == 0 && holds ("d/up", "x"));
  memset (target, 'a', sizeof target - 1);
  target[sizeof target - 1] = 0;
  CHECK (symlink (target, "long") == 0 && readlink ("long", buf, sizeof buf) == (ssize_t) sizeof target - 1);
  CHECK (symlink ("l1", "l2") == 0 && symlink ("l2", "l1") == 0);
  CHECK_ERROR (open ("l1", O_RDONLY), ELOOP);
  CHECK_ERROR (stat ("l1", &st), ELOOP);
  CHECK (symlink ("d", "ld") == 0 && stat ("ld/up", &st) == 0);
  CHECK (unlink ("ld") == 0 && stat ("d", &st) == 0);
  CHECK_ERROR (symlink ("", "empty"), ENOENT);
  return verdict ();
}
