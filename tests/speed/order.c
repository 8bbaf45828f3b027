/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order MIB ROUNDS: look at the same 300 pages of MIB in the same order, one each hundredth
   of a second, and print `round' after each time.  What they have is checked.  */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define LOOKED	300

int
main (int argc, char **argv)
{
  size_t pages = argc > 2 ? (size_t) atoi (argv[1]) << 8 : 0;
  uint32_t *m = mmap (NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		      MAP_ANON | MAP_PRIVATE, -1, 0);
  if (pages < LOOKED || m == MAP_FAILED)
    return 2;
  setvbuf (stdout, NULL, _IOLBF, 0);
  for (size_t i = 0; i < pages; i++)
    m[i * (PAGE / 4)] = i * 2654435761u;
  for (int round = 1; round <= atoi (argv[2]); round++)
    {
      for (size_t k = 0; k < LOOKED; k++)
	{
	  size_t i = k * 7919 % LOOKED * (pages / LOOKED);
	  if (m[i * (PAGE / 4)] != (uint32_t) (i * 2654435761u))
	    {
	      printf ("bad: page %zu\n", i);
	      return 1;
	    }
	  usleep (10000);
	}
      printf ("round %d\n", round);
    }
  return 0;
}
