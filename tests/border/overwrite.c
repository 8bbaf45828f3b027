/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overwrite FILE MAPPED: change some bytes in the last page of both, the second one
   through memory, and make them no longer.  */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  struct stat st;
  int fd;

  if (argc != 3 || (fd = open (argv[1], O_RDWR)) < 0 || fstat (fd, &st)
      || pwrite (fd, "##", 2, st.st_size - 10) != 2 || close (fd))
    return 1;
  fd = open (argv[2], O_RDWR);
  if (fd < 0 || fstat (fd, &st))
    return 1;
  char *p = mmap (NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (p == MAP_FAILED)
    return 1;
  memcpy (p + st.st_size - 10, "##", 2);
  if (msync (p, st.st_size, MS_SYNC) || munmap (p, st.st_size) || close (fd))
    return 1;
  puts ("overwritten");
  return 0;
}
