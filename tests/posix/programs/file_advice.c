/* SPDX-License-Identifier: GPL-3.0-or-later */
/* posix_fadvise and mincore.  */

#include "../test.h"
#include <sys/mman.h>

int
main (void)
{
  unsigned char in[1];
  int fd = open ("f", O_RDWR | O_CREAT, 0644);
  NEED (fd >= 0 && ftruncate (fd, 4096) == 0);
  int e = posix_fadvise (fd, 0, 4096, POSIX_FADV_WILLNEED);
  void *m = mmap (NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  NEED (m != MAP_FAILED);
  if (e == ENOSYS && mincore (m, 4096, in) == -1 && errno == ENOSYS)
    unsupported ("libc's posix_fadvise and mincore are stubs");
  CHECK (e == 0 && mincore (m, 4096, in) == 0);
  return verdict ();
}
