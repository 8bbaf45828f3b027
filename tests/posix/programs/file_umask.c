/* SPDX-License-Identifier: GPL-3.0-or-later */
/* umask takes bits away from open, mkdir, mkfifo, mknod.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
  umask (0);
  CHECK (umask (027) == 0 && umask (027) == 027);
  close (open ("f", O_CREAT | O_WRONLY, 0666));
  CHECK (stat ("f", &st) == 0 && (st.st_mode & 0777) == 0640);
  mkdir ("d", 0777);
  CHECK (stat ("d", &st) == 0 && (st.st_mode & 0777) == 0750);
  CHECK (mkfifo ("p", 0666) == 0 && stat ("p", &st) == 0 && S_ISFIFO (st.st_mode) && (st.st_mode & 0777) == 0640);
  CHECK (mknod ("n", S_IFREG | 0666, 0) == 0 && stat ("n", &st) == 0 && S_ISREG (st.st_mode));
  return verdict ();
}
