/* SPDX-License-Identifier: GPL-3.0-or-later */
/* O_NOTRANS opens the node under a translator, and O_NOLINK a link.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
  NEED (symlink ("target", "l") == 0);
  int fd = open ("l", O_RDONLY | O_NOLINK);
  CHECK (fd >= 0 && fstat (fd, &st) == 0 && S_ISLNK (st.st_mode));
  fd = open ("l", O_RDONLY | O_NOTRANS);
  CHECK (fd >= 0 && fstat (fd, &st) == 0 && S_ISLNK (st.st_mode));
  return verdict ();
}
