/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hold MIB mebibytes of memory with something in each page, and wait until
   FILE disappears.

   usage: resident MIB FILE  */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  size_t size = (argc > 2 ? strtoul (argv[1], NULL, 10) : 1) << 20;
  char *memory = mmap (NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (argc < 3 || memory == MAP_FAILED)
    {
      perror ("resident");
      return 1;
    }
  for (size_t i = 0; i < size; i += 4096)
    *(uint32_t *) (memory + i) = i * 2654435761u;
  while (access (argv[2], F_OK) == 0)
    usleep (200000);
  return 0;
}
