/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A directory half read: the rest comes after, each name once.  */

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "../env.h"

#define FILES 300

PROGRAM (directory)
{
  char name[300];
  bool seen[FILES] = { false };
  const char *dir = env_file ("d");
  mkdir (dir, 0777);
  for (int i = 0; i < FILES; i++)
    {
      snprintf (name, sizeof name, "%s/file%d", dir, i);
      close (SYS (open (name, O_CREAT | O_WRONLY, 0666)));
    }
  DIR *d = opendir (dir);
  CHECK (d, "%s", strerror (errno));
  struct dirent *e;
  int n = 0;
  while ((e = readdir (d)))
    {
      int i;
      if (sscanf (e->d_name, "file%d", &i) == 1)
	{
	  CHECK (!seen[i], "%d twice", i);
	  seen[i] = true;
	}
      if (++n == FILES / 3)
	env_wait ();
    }
  for (int i = 0; i < FILES; i++)
    CHECK (seen[i], "%d never", i);
}
