/* SPDX-License-Identifier: GPL-3.0-or-later */
/* null, zero, full and random; memory mapped of zero.  */

#include "../test.h"
#include <sys/mman.h>

int
main (void)
{
  char buf[100];
  int fd = open ("/dev/null", O_RDWR);
  CHECK (read (fd, buf, 10) == 0 && write (fd, "abc", 3) == 3);
  fd = open ("/dev/zero", O_RDWR);
  memset (buf, 1, sizeof buf);
  CHECK (read (fd, buf, 100) == 100 && buf[0] == 0 && buf[99] == 0 && write (fd, "abc", 3) == 3);
  char *m = mmap (NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  CHECK (m != MAP_FAILED && m[0] == 0 && m[8191] == 0);
  char *s = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK (s != MAP_FAILED && s[0] == 0);
  pid_t pid = fork ();
  if (pid == 0)
    {
      s[0] = m[0] = 7;
      _exit (0);
    }
  CHECK (ended (pid) == 0 && s[0] == 7 && m[0] == 0);
  fd = open ("/dev/null", O_RDONLY);
  CHECK_ERROR ((long) mmap (NULL, 4096, PROT_READ, MAP_SHARED, fd, 0), ENODEV);
  fd = open ("/dev/full", O_RDWR);
  CHECK (read (fd, buf, 10) == 10);
  CHECK_ERROR (write (fd, "abc", 3), ENOSPC);
  fd = open ("/dev/urandom", O_RDONLY);
  char two[16], one[16];
  CHECK (read (fd, one, 16) == 16 && read (fd, two, 16) == 16 && memcmp (one, two, 16));
  struct stat st;
  CHECK (stat ("/dev/null", &st) == 0 && S_ISCHR (st.st_mode));
  return verdict ();
}
