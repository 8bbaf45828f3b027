/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fill FILE: write until the disk is full; what was said to be written is there, then and
   when it is on the ground, and nothing else.  */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long long
size_of (int fd)
{
  struct stat st;
  return fstat (fd, &st) ? -1 : (long long) st.st_size;
}

int
main (int argc, char **argv)
{
  static char block[60000];	/* No number of pages.  */
  int fd = open (argv[argc - 1], O_RDWR | O_CREAT | O_APPEND, 0644), times = 0;
  long long said = 0, held, there;
  ssize_t n;

  memset (block, 'x', sizeof block);
  while ((n = write (fd, block, sizeof block)) > 0)
    {
      said += n;
      times++;
    }
  int err = errno;
  held = size_of (fd);
  /* With what is on the disk a checkpoint can be taken.  */
  if (fsync (fd))
    perror ("fsync");
  there = size_of (fd);
  printf ("%lld bytes in %d writes, then %s; %lld held, %lld on the ground\n", said,
	  times, n ? strerror (err) : "nothing", held, there);
  return !(n < 0 && err == ENOSPC && said > 0 && held == said && there == said);
}
