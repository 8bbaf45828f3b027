/* SPDX-License-Identifier: GPL-3.0-or-later */
/* access, modification and change times; utimensat with UTIME_NOW and UTIME_OMIT.  */

#include "../test.h"
#include <sys/time.h>
#include <utime.h>

int
main (void)
{
  struct stat st, two;
  NEED (put ("f", "x") == 0);
  struct timespec ts[2] = { { 1000, 5000 }, { 2000, 6000 } };
  CHECK (utimensat (AT_FDCWD, "f", ts, 0) == 0 && stat ("f", &st) == 0);
  CHECK (st.st_atim.tv_sec == 1000 && st.st_mtim.tv_sec == 2000);
  printf ("nanoseconds %ld %ld\n", st.st_atim.tv_nsec, st.st_mtim.tv_nsec);
  ts[0].tv_nsec = UTIME_OMIT;
  ts[1].tv_nsec = UTIME_NOW;
  CHECK (utimensat (AT_FDCWD, "f", ts, 0) == 0 && stat ("f", &st) == 0);
  CHECK (st.st_atim.tv_sec == 1000 && labs ((long) (st.st_mtim.tv_sec - time (NULL))) < 5);
  struct utimbuf ub = { 77, 88 };
  CHECK (utime ("f", &ub) == 0 && stat ("f", &st) == 0 && st.st_mtim.tv_sec == 88);
  nap (1100);
  NEED (put ("f", "y") == 0);
  CHECK (stat ("f", &two) == 0 && two.st_mtim.tv_sec > 88 && two.st_ctim.tv_sec > st.st_ctim.tv_sec);
  CHECK (chmod ("f", 0600) == 0 && stat ("f", &st) == 0 && st.st_mtim.tv_sec == two.st_mtim.tv_sec);
  CHECK (utimensat (AT_FDCWD, "f", NULL, 0) == 0);
  ts[0].tv_nsec = 2000000000;
  CHECK_ERROR (utimensat (AT_FDCWD, "f", ts, 0), EINVAL);
  CHECK_ERROR (utimensat (AT_FDCWD, "none", NULL, 0), ENOENT);
  NEED (symlink ("f", "l") == 0);
  ts[0] = ts[1] = (struct timespec) { 5, 0 };
  CHECK (utimensat (AT_FDCWD, "l", ts, AT_SYMLINK_NOFOLLOW) == 0 && lstat ("l", &st) == 0 && st.st_mtim.tv_sec == 5);
  return verdict ();
}
