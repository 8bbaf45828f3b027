/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locked memory.  (Whether it may be locked is for the system to say; the contents
   count.)  */

#include <sys/mman.h>
#include "../env.h"

PROGRAM (wired)
{
  char *map = mmap (NULL, 4 * 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  env_pattern (map, 4 * 4096, 1);
  mlock (map, 2 * 4096);
  env_ready ();
  for (unsigned int n = 0; !env_ended (); n++)
    {
      env_pattern (map, 4 * 4096, n);
      usleep (100000);
      CHECK (env_is_pattern (map, 4 * 4096, n), "round %u", n);
    }
}
