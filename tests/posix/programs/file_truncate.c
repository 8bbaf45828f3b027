/* SPDX-License-Identifier: GPL-3.0-or-later */
/* truncate and ftruncate shorten and lengthen with zeros.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
  char buf[20];
  NEED (put ("f", "0123456789") == 0);
  CHECK (truncate ("f", 4) == 0 && holds ("f", "0123"));
  int fd = open ("f", O_RDWR);
  CHECK (ftruncate (fd, 8) == 0 && fstat (fd, &st) == 0 && st.st_size == 8);
  CHECK (read (fd, buf, 20) == 8 && memcmp (buf, "0123\0\0\0\0", 8) == 0);
  CHECK_ERROR (ftruncate (fd, -1), EINVAL);
  int r = open ("f", O_RDONLY);
  CHECK_ERROR (ftruncate (r, 1), EINVAL);
  CHECK_ERROR (truncate ("none", 1), ENOENT);
  CHECK (truncate (".", 1) == -1 && errno == EISDIR);
  CHECK (ftruncate (fd, 5000) == 0 && lseek (fd, 4999, SEEK_SET) == 4999 && read (fd, buf, 1) == 1 && buf[0] == 0);
  CHECK (ftruncate (fd, 0) == 0 && ftruncate (fd, 100) == 0 && pread (fd, buf, 1, 0) == 1 && buf[0] == 0);
  return verdict ();
}
