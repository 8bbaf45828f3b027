/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory that is mapped for writing alone can be written.  */

#include "../test.h"
#include <sys/mman.h>

static int
writes (void *arg)
{
  char *m = mmap (NULL, 4096, PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (m == MAP_FAILED)
    return 1;
  m[0] = 1;
  return 0;
}

int
main (void)
{
  int status = ended (child (writes, NULL));
  if (WIFSIGNALED (status) && (WTERMSIG (status) == SIGSEGV || WTERMSIG (status) == SIGBUS))
    unsupported ("the kernel (pmap_enter) makes pages that may not be read ones that may not be written");
  CHECK (status == 0);
  return verdict ();
}
