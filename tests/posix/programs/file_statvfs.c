/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statvfs and statfs tell sizes that change.  */

#include "../test.h"
#include <sys/statvfs.h>

int
main (void)
{
  struct statvfs a, b;
  static char block[65536];
  CHECK (statvfs (".", &a) == 0);
  printf ("%lu of %lu blocks of %lu free, %lu of %lu inodes, names %lu\n", (unsigned long) a.f_bfree,
	  (unsigned long) a.f_blocks, a.f_frsize, (unsigned long) a.f_ffree, (unsigned long) a.f_files, a.f_namemax);
  CHECK (a.f_blocks > 0 && a.f_bfree > 0 && a.f_bfree <= a.f_blocks && a.f_frsize >= 512 && a.f_namemax == 255);
  int fd = open ("f", O_RDWR | O_CREAT, 0644);
  for (int i = 0; i < 16; i++)
    NEED (write (fd, block, sizeof block) == sizeof block);
  fsync (fd);
  CHECK (fstatvfs (fd, &b) == 0 && b.f_bfree < a.f_bfree);
  CHECK_ERROR (statvfs ("none", &a), ENOENT);
  return verdict ();
}
