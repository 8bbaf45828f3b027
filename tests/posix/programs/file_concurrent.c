/* SPDX-License-Identifier: GPL-3.0-or-later */
/* processes append to one file and make files in one directory at once.  */

#include "../test.h"

enum { WRITERS = 6, LINES = 50 };

static int
writer (void *arg)
{
  char line[16], name[30];
  int fd = open ("f", O_WRONLY | O_APPEND);
  for (int i = 0; i < LINES; i++)
    {
      sprintf (line, "%07ld%07d\n", (long) arg, i);
      if (write (fd, line, 15) != 15)
	return 1;
      sprintf (name, "n%ld.%d", (long) arg, i);
      if (put (name, line))
	return 2;
      if (i % 2 && unlink (name))
	return 3;
    }
  return 0;
}

int
main (void)
{
  struct stat st;
  char line[20];
  int counts[WRITERS] = { 0 }, n = 0;
  NEED (put ("f", "") == 0);
  for (long i = 0; i < WRITERS; i++)
    child (writer, (void *) i);
  for (int i = 0; i < WRITERS; i++)
    {
      int s = -1;
      wait (&s);
      CHECK (s == 0);
    }
  FILE *f = fopen ("f", "r");
  while (fgets (line, sizeof line, f))
    {
      long w = -1;
      int i = -1;
      if (sscanf (line, "%7ld%7d", &w, &i) == 2 && w >= 0 && w < WRITERS && counts[w] == i)
	counts[w]++;
      n++;
    }
  CHECK (n == WRITERS * LINES);
  for (int i = 0; i < WRITERS; i++)
    CHECK (counts[i] == LINES);
  CHECK (stat ("n0.0", &st) == 0 && stat ("n0.1", &st) == -1);
  return verdict ();
}
