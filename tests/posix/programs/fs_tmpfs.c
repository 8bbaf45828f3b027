/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tmpfs: a file system in memory with a limit, set on a node.  */

#include "../test.h"
#include <sys/mman.h>
#include <sys/statvfs.h>

int
main (void)
{
  static char block[65536];
  struct statvfs v;
  struct stat st;
  NEED (mkdir ("t", 0755) == 0);
  NEED (system ("settrans -a t /hurd/tmpfs 1M") == 0);
  NEED (chdir ("t") == 0);
  CHECK (statvfs (".", &v) == 0 && v.f_blocks * v.f_frsize == 1 << 20);
  CHECK (put ("f", "hello") == 0 && holds ("f", "hello"));
  CHECK (mkdir ("d", 0755) == 0 && link ("f", "d/g") == 0 && rename ("f", "d/h") == 0 && stat ("d/g", &st) == 0 && st.st_nlink == 2);
  CHECK (symlink ("d/h", "s") == 0 && holds ("s", "hello"));
  CHECK_ERROR (rmdir ("d"), ENOTEMPTY);
  CHECK (rename ("d", "e") == 0 && unlink ("e/g") == 0 && holds ("e/h", "hello"));
  int fd = open ("e/h", O_RDWR);
  char *m = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK (m != MAP_FAILED && memcmp (m, "hello", 5) == 0);
  m[0] = 'J';
  CHECK (holds ("e/h", "Jello"));
  CHECK (pwrite (fd, "B", 1, 0) == 1 && m[0] == 'B');
  munmap (m, 4096);
  int big = open ("big", O_RDWR | O_CREAT, 0600), n = 0;
  while (write (big, block, sizeof block) == sizeof block && n < 100)
    n++;
  printf ("%d blocks of 64 KiB: %s\n", n, strerror (errno));
  CHECK (n >= 10 && n < 16);
  close (big);
  CHECK (unlink ("big") == 0);
  CHECK (unlink ("e/h") == 0 && fstat (fd, &st) == 0 && st.st_nlink == 0 && st.st_size == 5);
  CHECK (mkfifo ("p", 0600) == 0 && chmod ("e", 0700) == 0 && chown ("e", 3, 4) == 0 && stat ("e", &st) == 0 && st.st_uid == 3);
  close (fd);
  NEED (chdir ("..") == 0);
  CHECK (system ("settrans -afg t") == 0);
  CHECK_ERROR (stat ("t/e", &st), ENOENT);
  return verdict ();
}
