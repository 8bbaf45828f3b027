/* SPDX-License-Identifier: GPL-3.0-or-later */
/* who may chown and chmod to what; set-id bits go with a change of owner and a write by others.  */

#include "../test.h"
#include <sys/time.h>

static struct stat st;
static mode_t mode (const char *n) { return stat (n, &st) ? 0 : st.st_mode & 07777; }

static int
user (void *arg)
{
  gid_t groups[] = { 1000, 1005 };
  NEED (setgroups (2, groups) == 0 && setgid (1000) == 0 && setuid (1000) == 0);
  CHECK (chown ("mine", -1, 1005) == 0 && stat ("mine", &st) == 0 && st.st_gid == 1005);
  CHECK (chown ("mine", 1000, 1000) == 0);
  CHECK (chown ("mine", -1, -1) == 0);
  CHECK_ERROR (chown ("mine", -1, 1006), EPERM);
  CHECK_ERROR (chown ("mine", 1001, -1), EPERM);
  CHECK_ERROR (chown ("roots", -1, 1000), EPERM);
  CHECK_ERROR (chmod ("roots", 0777), EPERM);
  CHECK (chmod ("mine", 06755) == 0);
  printf ("mode %o\n", mode ("mine"));
  CHECK (chmod ("mine", 04755) == 0 && mode ("mine") == 04755);
  CHECK (chown ("mine", -1, 1005) == 0 && mode ("mine") == 0755);
  CHECK (lchown ("link", -1, 1005) == 0 && lstat ("link", &st) == 0 && st.st_gid == 1005);
  CHECK (chmod ("mine", 0444) == 0);
  CHECK_ERROR (open ("mine", O_WRONLY), EACCES);
  CHECK (chmod ("mine", 0) == 0);
  CHECK_ERROR (open ("mine", O_RDONLY), EACCES);
  CHECK (chmod ("mine", 0644) == 0);
  int fd = open ("suid", O_WRONLY);
  CHECK (fd >= 0 && write (fd, "x", 1) == 1 && mode ("suid") == 0777);
  /* Times.  */
  struct timespec ts[2] = { { 1, 0 }, { 2, 0 } };
  CHECK_ERROR (utimensat (AT_FDCWD, "writable", ts, 0), EPERM);
  CHECK (utimensat (AT_FDCWD, "writable", NULL, 0) == 0);
  ts[0].tv_nsec = ts[1].tv_nsec = UTIME_NOW;
  CHECK (utimensat (AT_FDCWD, "writable", ts, 0) == 0);
  ts[0].tv_nsec = UTIME_OMIT;
  CHECK_ERROR (utimensat (AT_FDCWD, "writable", ts, 0), EPERM);
  ts[1].tv_nsec = UTIME_OMIT;
  CHECK (utimensat (AT_FDCWD, "writable", ts, 0) == 0);
  CHECK_ERROR (utimensat (AT_FDCWD, "roots", NULL, 0), EACCES);
  return verdict ();
}

int
main (void)
{
  NEED (put ("mine", "") == 0 && chown ("mine", 1000, 1000) == 0 && put ("roots", "") == 0 && chmod ("roots", 0644) == 0);
  NEED (put ("suid", "") == 0 && chmod ("suid", 04777) == 0 && put ("writable", "") == 0 && chmod ("writable", 0666) == 0);
  NEED (symlink ("mine", "link") == 0 && lchown ("link", 1000, 1000) == 0);
  CHECK (WEXITSTATUS (ended (child (user, NULL))) == 0);
  NEED (put ("r", "") == 0 && chmod ("r", 06755) == 0);
  CHECK (chown ("r", 5, 6) == 0);
  printf ("root's chown leaves %o\n", mode ("r"));
  CHECK (stat ("r", &st) == 0 && st.st_uid == 5 && st.st_gid == 6);
  CHECK (chown ("r", -1, 7) == 0 && stat ("r", &st) == 0 && st.st_uid == 5 && st.st_gid == 7);
  CHECK (chmod ("r", 01777) == 0 && mode ("r") == 01777);
  CHECK (mkdir ("d", 0755) == 0 && chmod ("d", 07777) == 0 && mode ("d") == 07777);
  NEED (chown ("d", 0, 77) == 0 && chmod ("d", 02777) == 0);
  NEED (put ("d/f", "") == 0 && mkdir ("d/e", 0755) == 0);
  CHECK (stat ("d/f", &st) == 0);
  printf ("in a set-gid directory: file's group %d\n", (int) st.st_gid);
  CHECK (stat ("d/e", &st) == 0);
  printf ("in a set-gid directory: directory's group %d mode %o\n", (int) st.st_gid, st.st_mode & 07777);
  return verdict ();
}
