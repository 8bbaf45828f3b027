/* SPDX-License-Identifier: GPL-3.0-or-later */
/* changes of what cannot be changed give EROFS or EPERM, not a crash.  */

#include "../test.h"

int
main (void)
{
  int fd = open ("/dev/null", O_WRONLY);
  CHECK (ftruncate (fd, 0) == 0 || errno);
  CHECK (mkdir ("/dev/null/x", 0755) == -1 && errno == ENOTDIR);
  CHECK (rmdir ("/") == -1 && (errno == EBUSY || errno == EINVAL || errno == ENOTEMPTY || errno == EEXIST));
  CHECK (unlink ("/") == -1);
  CHECK (rename ("/", "x") == -1);
  CHECK (rename ("/dev/null", "x") == -1 || rename ("x", "/dev/null") == 0);
  return verdict ();
}
