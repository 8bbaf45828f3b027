/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rename: names of one file, links, open files, numbers that stay, `.' and `..', link counts of directories; renameat2's flags.  */

#include "../test.h"

static struct stat a, b;

int
main (void)
{
  NEED (put ("f", "f") == 0 && link ("f", "g") == 0 && mkdir ("d", 0755) == 0 && mkdir ("e", 0755) == 0 && symlink ("f", "l") == 0 && mkdir ("d/sub", 0755) == 0);
  CHECK (rename ("f", "g") == 0 && stat ("f", &a) == 0 && stat ("g", &b) == 0 && a.st_nlink == 2);
  CHECK (rename ("f", "f") == 0 && rename ("d", "d") == 0);
  CHECK_ERROR (rename ("d", "d/sub/x"), EINVAL);
  CHECK_ERROR (rename ("d", "d/x"), EINVAL);
  CHECK (rename (".", "x") == -1 && (errno == EBUSY || errno == EINVAL));
  CHECK (rename ("d/..", "x") == -1 && (errno == EBUSY || errno == EINVAL));
  CHECK (rename ("d", ".") == -1 && (errno == EBUSY || errno == EINVAL || errno == ENOTEMPTY));
  CHECK_ERROR (rename ("f", "d"), EISDIR);
  CHECK_ERROR (rename ("d", "f"), ENOTDIR);
  CHECK_ERROR (rename ("d", "l"), ENOTDIR);
  CHECK_ERROR (rename ("l", "e"), EISDIR);
  NEED (put ("e/x", "") == 0);
  CHECK (rename ("d", "e") == -1 && (errno == ENOTEMPTY || errno == EEXIST));
  NEED (unlink ("e/x") == 0);
  CHECK (stat ("d", &a) == 0 && rename ("d", "e") == 0 && stat ("e", &b) == 0 && a.st_ino == b.st_ino && b.st_nlink == 3 && access ("d", F_OK) == -1);
  CHECK (stat (".", &a) == 0 && mkdir ("n", 0755) == 0 && stat (".", &b) == 0 && b.st_nlink == a.st_nlink + 1);
  CHECK (rename ("n", "e/n") == 0 && stat (".", &b) == 0 && b.st_nlink == a.st_nlink && stat ("e", &b) == 0 && b.st_nlink == 4);
  CHECK (stat ("e/n/..", &a) == 0 && a.st_ino == b.st_ino);
  CHECK (rename ("e/n", "n") == 0 && stat ("n/..", &a) == 0 && stat (".", &b) == 0 && a.st_ino == b.st_ino);
  /* Links are moved themselves.  */
  CHECK (rename ("l", "l2") == 0 && lstat ("l2", &a) == 0 && S_ISLNK (a.st_mode) && holds ("l2", "f"));
  /* What is replaced lives on while it is open.  */
  NEED (put ("old", "old") == 0 && put ("new", "new") == 0);
  int fd = open ("old", O_RDWR);
  char buf[4] = "";
  CHECK (rename ("new", "old") == 0 && read (fd, buf, 3) == 3 && strcmp (buf, "old") == 0 && fstat (fd, &a) == 0 && a.st_nlink == 0 && holds ("old", "new"));
  CHECK (write (fd, "more", 4) == 4 && holds ("old", "new"));
  /* An open file follows its name.  */
  fd = open ("old", O_RDWR | O_APPEND);
  CHECK (rename ("old", "e/moved") == 0 && write (fd, "er", 2) == 2 && holds ("e/moved", "newer"));
  CHECK_ERROR (rename ("none", "x"), ENOENT);
  CHECK_ERROR (rename ("f", "none/x"), ENOENT);
  CHECK_ERROR (rename ("f/x", "y"), ENOTDIR);
  CHECK_ERROR (rename ("f", "g/x"), ENOTDIR);
  NEED (put ("x", "x") == 0 && put ("y", "y") == 0);
  CHECK_ERROR (renameat2 (AT_FDCWD, "x", AT_FDCWD, "y", RENAME_NOREPLACE), EEXIST);
  CHECK (renameat2 (AT_FDCWD, "x", AT_FDCWD, "z", RENAME_NOREPLACE) == 0 && holds ("z", "x") && holds ("y", "y"));
  /* A working directory follows, too.  */
  NEED (mkdir ("w", 0755) == 0 && chdir ("w") == 0 && rename ("../w", "../v") == 0);
  char cwd[300];
  CHECK (getcwd (cwd, sizeof cwd) && strcmp (strrchr (cwd, '/'), "/v") == 0);
  CHECK (put ("here", "") == 0 && access ("../v/here", F_OK) == 0);
  return verdict ();
}
