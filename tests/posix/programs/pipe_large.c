/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 16 MiB go through a pipe unchanged.  */

#include "../test.h"

enum { BLOCK = 65536, BLOCKS = 256 };
static char block[BLOCK];
static int fd[2];

static int
writer (void *arg)
{
  close (fd[0]);
  for (int i = 0; i < BLOCKS; i++)
    {
      memset (block, i, BLOCK);
      for (size_t done = 0; done < BLOCK;)
	{
	  ssize_t n = write (fd[1], block + done, BLOCK - done);
	  if (n <= 0)
	    return 1;
	  done += n;
	}
    }
  return 0;
}

int
main (void)
{
  long total = 0, wrong = 0;
  ssize_t n;
  NEED (pipe (fd) == 0);
  pid_t pid = child (writer, NULL);
  close (fd[1]);
  while ((n = read (fd[0], block, BLOCK)) > 0)
    {
      for (ssize_t i = 0; i < n; i += 512)
	wrong += (unsigned char) block[i] != (total + i) / BLOCK % 256;
      total += n;
    }
  printf ("%ld bytes\n", total);
  CHECK (total == (long) BLOCK * BLOCKS && wrong == 0);
  CHECK (ended (pid) == 0);
  return verdict ();
}
