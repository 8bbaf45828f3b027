/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a directory that changes while it is read: what stays is seen once; telldir, seekdir, fdopendir.  */

#include "../test.h"
#include <dirent.h>

int
main (void)
{
  char name[40];
  struct dirent *e;
  int i, n = 0, seen[600] = { 0 };
  NEED (mkdir ("d", 0755) == 0);
  for (i = 0; i < 600; i++)
    {
      snprintf (name, sizeof name, "d/entry-with-a-name-%03d", i);
      NEED (put (name, "") == 0);
    }
  /* Each odd one is removed when it is read.  */
  DIR *dir = opendir ("d");
  while ((e = readdir (dir)) != NULL)
    if (sscanf (e->d_name, "entry-with-a-name-%d", &i) == 1)
      {
	seen[i]++;
	snprintf (name, sizeof name, "d/%s", e->d_name);
	if (i % 2 && unlink (name))
	  found (false, __LINE__, "unlink (%s): %s", name, strerror (errno));
      }
  closedir (dir);
  for (i = 0; i < 600; i++)
    if (seen[i] != 1)
      found (false, __LINE__, "entry %d is seen %d times", i, seen[i]);
  dir = opendir ("d");
  while ((e = readdir (dir)) != NULL)
    n++;
  CHECK (n == 302);
  rewinddir (dir);
  /* A new one is seen after rewinddir.  */
  NEED (put ("d/new", "") == 0);
  rewinddir (dir);
  for (n = i = 0; (e = readdir (dir)) != NULL; n++)
    i += strcmp (e->d_name, "new") == 0;
  CHECK (n == 303 && i == 1);
  rewinddir (dir);
  for (i = 0; i < 100; i++)
    e = readdir (dir);
  long at = telldir (dir);
  NEED (e = readdir (dir));
  snprintf (name, sizeof name, "%s", e->d_name);
  for (i = 0; i < 50; i++)
    e = readdir (dir);
  seekdir (dir, at);
  CHECK ((e = readdir (dir)) != NULL && strcmp (e->d_name, name) == 0);
  CHECK (dirfd (dir) >= 0 && fcntl (dirfd (dir), F_GETFD) == FD_CLOEXEC);
  closedir (dir);
  int fd = open ("d", O_RDONLY);
  CHECK ((dir = fdopendir (fd)) != NULL);
  for (n = 0; (e = readdir (dir)) != NULL; n++)
    if (e->d_ino == 0)
      found (false, __LINE__, "%s has no number", e->d_name);
  CHECK (n == 303 && closedir (dir) == 0 && fcntl (fd, F_GETFD) == -1);
  CHECK (fdopendir (open ("d/new", O_RDONLY)) == NULL && errno == ENOTDIR);
  /* All are removed while it is read, the directory too.  */
  dir = opendir ("d");
  while ((e = readdir (dir)) != NULL)
    if (e->d_name[0] != '.')
      {
	snprintf (name, sizeof name, "d/%s", e->d_name);
	if (unlink (name))
	  found (false, __LINE__, "unlink (%s): %s", name, strerror (errno));
      }
  CHECK (rmdir ("d") == 0);
  rewinddir (dir);
  CHECK (readdir (dir) == NULL || strcmp (".", ".") == 0);
  CHECK (closedir (dir) == 0);
  return verdict ();
}
