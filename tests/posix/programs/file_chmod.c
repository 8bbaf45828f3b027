/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chmod and chown: bits, ids, set-id bits that go, lchown, fchmod.  */

#include "../test.h"

static int
user (void *arg)
{
  become (1000);
  CHECK (chmod ("own", 06755) == 0);
  int fd = open ("own", O_WRONLY);
  struct stat st;
  CHECK (write (fd, "x", 1) == 1 && fstat (fd, &st) == 0);
  printf ("mode after a write %o\n", st.st_mode & 07777);
  CHECK (!(st.st_mode & S_ISUID));
  return verdict ();
}

int
main (void)
{
  struct stat st;
  NEED (put ("f", "") == 0 && symlink ("f", "l") == 0 && put ("own", "") == 0);
  CHECK (chmod ("f", 0123) == 0 && stat ("f", &st) == 0 && (st.st_mode & 07777) == 0123);
  CHECK (chown ("f", 11, 22) == 0 && stat ("f", &st) == 0 && st.st_uid == 11 && st.st_gid == 22);
  CHECK (chown ("f", -1, 33) == 0 && stat ("f", &st) == 0 && st.st_uid == 11 && st.st_gid == 33);
  CHECK (lchown ("l", 44, 55) == 0 && lstat ("l", &st) == 0 && st.st_uid == 44);
  CHECK (stat ("f", &st) == 0 && st.st_uid == 11);
  int fd = open ("f", O_RDONLY);
  CHECK (fchmod (fd, 0600) == 0 && fchown (fd, 0, 0) == 0 && fstat (fd, &st) == 0 && (st.st_mode & 07777) == 0600 && st.st_uid == 0);
  CHECK_ERROR (chmod ("none", 0600), ENOENT);
  NEED (chown ("own", 1000, 1000) == 0);
  CHECK (WEXITSTATUS (ended (child (user, NULL))) == 0);
  return verdict ();
}
