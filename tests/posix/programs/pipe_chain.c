/* SPDX-License-Identifier: GPL-3.0-or-later */
/* five processes in a pipeline, many times over.  */

#include "../test.h"

static int
stage (int in, int out)
{
  char c[256];
  ssize_t n;
  while ((n = read (in, c, sizeof c)) > 0)
    if (write (out, c, n) != n)
      return 1;
  return n != 0;
}

int
main (void)
{
  for (int round = 0; round < 10; round++)
    {
      int first[2], fd[2], in;
      NEED (pipe (first) == 0);
      in = first[0];
      for (int i = 0; i < 5; i++)
	{
	  NEED (pipe (fd) == 0);
	  pid_t pid = fork ();
	  if (pid == 0)
	    {
	      close (first[1]);
	      close (fd[0]);
	      _exit (stage (in, fd[1]));
	    }
	  close (in);
	  close (fd[1]);
	  in = fd[0];
	}
      char buf[1000];
      for (int i = 0; i < 20; i++)
	NEED (write (first[1], "0123456789", 10) == 10);
      close (first[1]);
      size_t n = 0;
      ssize_t r;
      while ((r = read (in, buf + n, sizeof buf - n)) > 0)
	n += r;
      close (in);
      if (n != 200)
	found (false, __LINE__, "round %d: %zu bytes", round, n);
      for (int i = 0; i < 5; i++)
	if (wait (NULL) < 0)
	  found (false, __LINE__, "a stage is missing");
    }
  return verdict ();
}
