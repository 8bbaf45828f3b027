/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A directory whose files are made and removed all the time lists each of them
   once, whether the ground has been told of it yet or not.  */

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "../env.h"

#define FILES 8

static void
name (char *text, int i)
{
  snprintf (text, 16, "f%d", i);
}

/* Exactly the first N files are in the directory.  */
static void
look (const char *path, int n)
{
  int seen[FILES] = { 0 };
  DIR *dir = opendir (path);
  CHECK (dir != NULL, "%s: %s", path, strerror (errno));
  for (struct dirent *e; (e = readdir (dir)) != NULL; )
    if (e->d_name[0] == 'f')
      seen[e->d_name[1] - '0']++;
  closedir (dir);
  for (int i = 0; i < FILES; i++)
    CHECK (seen[i] == (i < n), "f%d of %d is listed %d times", i, n, seen[i]);
}

PROGRAM (listing)
{
  char path[] = "/tmp/listingXXXXXX", file[16];

  CHECK (mkdtemp (path) != NULL, "%s", strerror (errno));
  int dir = SYS (open (path, O_RDONLY | O_DIRECTORY));
  env_ready ();
  for (int last = 0; last < 3; last += env_ended ())
    {
      for (int i = 0; i < FILES; i++)
	{
	  name (file, i);
	  close (SYS (openat (dir, file, O_CREAT | O_EXCL | O_WRONLY, 0600)));
	  look (path, i + 1);
	  usleep (20000);
	}
      for (int i = 0; i < 6; i++)
	{
	  usleep (50000);
	  look (path, FILES);
	}
      for (int i = FILES; i-- > 0; )
	{
	  name (file, i);
	  SYS (unlinkat (dir, file, 0));
	  look (path, i);
	}
    }
  close (dir);
  SYS (rmdir (path));
}
