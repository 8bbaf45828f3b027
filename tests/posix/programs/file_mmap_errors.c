/* SPDX-License-Identifier: GPL-3.0-or-later */
/* munmap, mprotect and msync refuse what is not aligned or not mapped.  */

#include "../test.h"
#include <sys/mman.h>

int
main (void)
{
  char *m = mmap (NULL, 8 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  NEED (m != MAP_FAILED && munmap (m + 4 * 4096, 4096) == 0);
  CHECK_ERROR ((long) mmap (NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), EINVAL);
  CHECK_ERROR ((long) mmap (NULL, 4096, PROT_READ, MAP_SHARED, 99, 0), EBADF);
  if (munmap (m + 1, 4096) == 0 || munmap (m, 0) == 0 || msync (m + 1, 4096, MS_SYNC) == 0
      || mprotect (m + 1, 4096, PROT_READ) == 0 || mprotect (m + 4 * 4096, 4096, PROT_READ) == 0)
    unsupported ("libc's munmap, msync and mprotect check nothing, nor do the kernel's vm_deallocate and vm_protect");
  return verdict ();
}
