/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Make the store in IMAGE one of the format VERSION: in both superblocks, each
   with a checksum that is right.

   usage: version IMAGE VERSION  */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

int
main (int argc, char **argv)
{
  int fd = argc > 2 ? open (argv[1], O_RDWR) : -1;
  uint32_t version = argc > 2 ? atoi (argv[2]) : 0;

  for (int copy = 0; copy < 2; copy++)
    {
      uint8_t sector[512];
      off_t at = copy * 3 * 4096;
      if (pread (fd, sector, sizeof sector, at) != sizeof sector)
	break;
      memcpy (sector + 8, &version, sizeof version);
      uint64_t sum = XXH3_64bits_withSeed (sector, 504, 0);
      memcpy (sector + 504, &sum, sizeof sum);
      if (pwrite (fd, sector, sizeof sector, at) != sizeof sector)
	break;
      if (copy == 1)
	return close (fd) != 0;
    }
  perror (argc > 1 ? argv[1] : "version");
  return 1;
}
