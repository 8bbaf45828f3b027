/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a shared mapping and read and write see each other's changes, also between processes.  */

#include "../test.h"
#include <sys/mman.h>

static char *m;

static int
other (void *arg)
{
  m[2] = 'C';
  return msync (m, 4096, MS_SYNC);
}

int
main (void)
{
  char buf[10];
  NEED (put ("f", "abcdefgh") == 0);
  int fd = open ("f", O_RDWR);
  m = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  NEED (m != MAP_FAILED);
  CHECK (memcmp (m, "abcdefgh", 8) == 0);
  m[0] = 'A';
  CHECK (pread (fd, buf, 8, 0) == 8 && memcmp (buf, "Abcdefgh", 8) == 0);
  CHECK (pwrite (fd, "B", 1, 1) == 1 && m[1] == 'B');
  CHECK (ended (child (other, NULL)) == 0 && m[2] == 'C');
  CHECK (holds ("f", "ABCdefgh"));
  CHECK (munmap (m, 4096) == 0 && holds ("f", "ABCdefgh"));
  CHECK (truncate ("f", 4) == 0 && truncate ("f", 8) == 0);
  m = mmap (NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  CHECK (memcmp (m, "ABCd\0\0\0\0", 8) == 0);
  return verdict ();
}
