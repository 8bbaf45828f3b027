/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mlock and munlock of memory.  */

#include "../test.h"
#include <sys/mman.h>

int
main (void)
{
  char *p = mmap (NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK (mlock (p, 8192) == 0);
  p[0] = 1;
  CHECK (munlock (p, 8192) == 0);
  return verdict ();
}
