/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a directory of 10,000 entries (or as many as ENTRIES says): all are read once; seekdir and rewinddir.  */

#include "../test.h"
#include <dirent.h>

enum { MOST = 10000 };
static unsigned char seen[MOST];

int
main (void)
{
  char name[30];
  const char *entries = getenv ("ENTRIES");
  int n = 0, twice = 0, N = entries ? atoi (entries) : MOST;
  NEED (N > 100 && N <= MOST);
  NEED (mkdir ("d", 0755) == 0 && chdir ("d") == 0);
  NEED (put ("f0", "") == 0);
  for (int i = 1; i < N; i++)
    {
      sprintf (name, "f%d", i);
      if (i % 1000 ? link ("f0", name) : put (name, ""))
	{
	  close (open (name, O_CREAT | O_WRONLY, 0644));
	  errno = 0;
	}
    }
  DIR *d = opendir (".");
  NEED (d);
  struct dirent *e;
  long place = -1;
  char at[300] = "";
  while ((e = readdir (d)))
    if (e->d_name[0] == 'f')
      {
	int i = atoi (e->d_name + 1);
	twice += seen[i]++;
	if (++n == N / 2)
	  {
	    place = telldir (d);
	    e = readdir (d);
	    strcpy (at, e->d_name);
	    i = atoi (e->d_name + 1);
	    twice += seen[i]++;
	    n++;
	  }
      }
  printf ("%d entries, %d twice\n", n, twice);
  CHECK (n == N && twice == 0);
  seekdir (d, place);
  e = readdir (d);
  CHECK (e && strcmp (e->d_name, at) == 0);
  rewinddir (d);
  for (n = 0; readdir (d);)
    n++;
  CHECK (n == N + 2);
  closedir (d);
  for (int i = 0; i < N; i++)
    {
      sprintf (name, "f%d", i);
      unlink (name);
    }
  CHECK (chdir ("..") == 0 && rmdir ("d") == 0);
  return verdict ();
}
