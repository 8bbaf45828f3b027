/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regions made, grown, cut, protected and freed all the time, with contents that
   are checked.  */

#include <sys/mman.h>
#include "../env.h"

#define N 32

PROGRAM (moving_memory)
{
  struct { char *at; size_t pages; unsigned int seed; } map[N] = { 0 };
  unsigned int r = 1;
  env_ready ();
  while (!env_ended ())
    for (int rounds = 0; rounds < 200; rounds++)
      {
	if (rounds == 0)
	  usleep (50000);
	r = r * 1103515245 + 12345;
	int i = r >> 16 & (N - 1);
	if (map[i].at)
	  {
	    CHECK (env_is_pattern (map[i].at, map[i].pages * 4096, map[i].seed),
		   "map %d of %zu pages", i, map[i].pages);
	    if (r & 0x100 && map[i].pages > 1)
	      {
		SYS (munmap (map[i].at + 4096, (map[i].pages - 1) * 4096));
		map[i].pages = 1;
		continue;
	      }
	    SYS (munmap (map[i].at, map[i].pages * 4096));
	    map[i].at = NULL;
	    continue;
	  }
	map[i].pages = 1 + (r >> 8 & 7);
	map[i].seed = r;
	map[i].at = mmap (NULL, map[i].pages * 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK (map[i].at != MAP_FAILED, "%s", strerror (errno));
	env_pattern (map[i].at, map[i].pages * 4096, r);
	if (r & 0x200)
	  SYS (mprotect (map[i].at, map[i].pages * 4096, PROT_READ));
      }
}
