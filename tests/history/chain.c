/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Count, twice per second, in /home/count, until /home/done is there; then print the
   number.  No process is started for that: how many snapshots the server keeps, each with
   a name, is the same at each checkpoint.  */

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int
main (void)
{
  char text[16];
  int n = 0;

  while (access ("/home/done", F_OK))
    {
      int fd = open ("/home/count", O_WRONLY | O_CREAT | O_TRUNC, 0666);
      int len = snprintf (text, sizeof text, "%d\n", ++n);
      if (fd < 0 || write (fd, text, len) != len || close (fd))
	return 1;
      usleep (500000);
    }
  printf ("%d\n", n);
  return 0;
}
