/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Code that the program has written itself.  */

#include <sys/mman.h>
#include "../env.h"

PROGRAM (code)
{
  static const uint8_t add[] = { 0x8b, 0x44, 0x24, 4, 0x03, 0x44, 0x24, 8,
				 0xc3 };
  void *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memcpy (page, add, sizeof add);
  SYS (mprotect (page, 4096, PROT_READ | PROT_EXEC));
  int (*function) (int, int) = (int (*) (int, int)) page;
  CHECK (function (2, 3) == 5, "before");
  env_wait ();
  CHECK (function (40, 2) == 42, "after");
}
