/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hard links: count, identity, errors; an unlinked file lives while it is open.  */

#include "../test.h"

int
main (void)
{
  struct stat a, b;
  char buf[4];
  NEED (put ("a", "abc") == 0);
  CHECK (link ("a", "b") == 0);
  CHECK (stat ("a", &a) == 0 && stat ("b", &b) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_nlink == 2);
  CHECK_ERROR (link ("a", "b"), EEXIST);
  CHECK_ERROR (link ("none", "c"), ENOENT);
  NEED (mkdir ("d", 0755) == 0);
  CHECK_ERROR (link ("d", "e"), EPERM);
  CHECK_ERROR (link ("a", "a/x"), ENOTDIR);
  int fd = open ("a", O_RDWR);
  CHECK (unlink ("a") == 0 && unlink ("b") == 0);
  CHECK (fstat (fd, &a) == 0 && a.st_nlink == 0);
  CHECK (read (fd, buf, 4) == 3);
  CHECK_ERROR (open ("a", O_RDONLY), ENOENT);
  CHECK_ERROR (unlink ("a"), ENOENT);
  CHECK_ERROR (unlink ("a/"), ENOENT);
  CHECK_ERROR (unlink ("d"), EPERM);
  NEED (mkdir ("r", 0755) == 0 && put ("s", "text") == 0);
  CHECK (remove ("r") == 0 && remove ("s") == 0);
  return verdict ();
}
