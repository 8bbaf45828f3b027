/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shm_open, shared between processes.  */

#include "../test.h"
#include <sys/mman.h>

static char *p;

static int
other (void *arg)
{
  int fd = shm_open ("/perdure-test", O_RDWR, 0600);
  char *q = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  q[10] = 'y';
  return fd < 0 || q[0] != 'x';
}

int
main (void)
{
  int fd = shm_open ("/perdure-test", O_RDWR | O_CREAT, 0600);
  if (fd < 0 && access ("/dev/shm", F_OK))
    unsupported ("there is no /dev/shm here (shm_open)");
  CHECK (fd >= 0 && ftruncate (fd, 4096) == 0);
  p = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  NEED (p != MAP_FAILED);
  p[0] = 'x';
  CHECK (ended (child (other, NULL)) == 0 && p[10] == 'y');
  CHECK (shm_unlink ("/perdure-test") == 0);
  CHECK_ERROR (shm_open ("/perdure-test", O_RDWR, 0600), ENOENT);
  return verdict ();
}
