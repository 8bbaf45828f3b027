/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Write one byte to FILE, COUNT times, and then print what FILE says; if a
   write fails, how many did not.  */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  int fd = argc > 2 ? open (argv[1], O_WRONLY) : -1;

  if (fd < 0)
    {
      perror (argc > 1 ? argv[1] : "usage: writes FILE COUNT");
      return 1;
    }
  int count = atoi (argv[2]);
  for (int i = 0; i < count; i++)
    if (write (fd, "x", 1) != 1)
      {
	fprintf (stderr, "%d written, then: %s\n", i, strerror (errno));
	return 1;
      }
  char text[32];
  int in = open (argv[1], O_RDONLY);
  ssize_t n = in < 0 ? -1 : read (in, text, sizeof text);
  if (n < 0)
    {
      perror (argv[1]);
      return 1;
    }
  return fwrite (text, 1, n, stdout) != (size_t) n;
}
