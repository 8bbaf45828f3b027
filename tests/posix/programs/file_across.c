/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nothing is linked or renamed across file systems (EXDEV); a directory that another is set on is busy.  */

#include "../test.h"
#include <sys/statvfs.h>

int
main (void)
{
  struct stat a, b;
  NEED (put ("f", "x") == 0 && mkdir ("m", 0755) == 0 && mkdir ("d", 0755) == 0);
  NEED (system ("settrans -ac m /hurd/tmpfs 1M") == 0);
  NEED (put ("m/g", "y") == 0 && mkdir ("m/e", 0755) == 0);
  CHECK (stat ("f", &a) == 0 && stat ("m/g", &b) == 0 && a.st_dev != b.st_dev);
  CHECK_ERROR (link ("f", "m/f"), EXDEV);
  CHECK_ERROR (link ("m/g", "g"), EXDEV);
  CHECK_ERROR (rename ("f", "m/f"), EXDEV);
  CHECK_ERROR (rename ("m/g", "g"), EXDEV);
  CHECK_ERROR (rename ("d", "m/d"), EXDEV);
  CHECK_ERROR (rename ("m/e", "e"), EXDEV);
  CHECK_ERROR (rmdir ("m"), EBUSY);
  CHECK (rename ("d", "m") == -1);
  printf ("rename over it: %s\n", strerror (errno));
  CHECK (system ("mv f m/f && mv m/g g") == 0 && holds ("m/f", "x") && holds ("g", "y"));
  CHECK (system ("cd m && test \"$(pwd)\" && ls .. > /dev/null && cd .. && test -d d") == 0);
  CHECK (symlink ("../g", "m/l") == 0 && holds ("m/l", "y"));
  CHECK (system ("settrans -fg m") == 0 && stat ("m/f", &a) == -1 && rmdir ("m") == 0);
  return verdict ();
}
