/* SPDX-License-Identifier: GPL-3.0-or-later */
/* O_TMPFILE, tmpfile and mkstemp.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
#ifdef O_TMPFILE
  int fd = open (".", O_TMPFILE | O_RDWR, 0600);
  CHECK (fd >= 0 && write (fd, "abc", 3) == 3 && fstat (fd, &st) == 0 && st.st_nlink == 0);
#else
  printf ("libc has no O_TMPFILE\n");
#endif
  FILE *f = tmpfile ();
  CHECK (f && fputs ("hello", f) >= 0 && fflush (f) == 0 && fstat (fileno (f), &st) == 0 && st.st_size == 5);
  char name[] = "nameXXXXXX", dir[] = "dirXXXXXX";
  int m = mkstemp (name);
  CHECK (m >= 0 && stat (name, &st) == 0 && (st.st_mode & 07777) == 0600);
  CHECK (mkdtemp (dir) && stat (dir, &st) == 0 && (st.st_mode & 07777) == 0700);
  return verdict ();
}
