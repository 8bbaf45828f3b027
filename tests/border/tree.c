/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tree that goes through known states.

     tree run DIR N      change DIR N times (0: until there is a file /home/end), each
			 time by one call; change I is the same always
     tree hash DIR       a number for all names, types, modes, links and contents
     tree look VIEW DIR  the same of two directories, told on the console, with the number
			 of the view (`ckpt view') that the first one is in
     tree states DIR N   make all changes and tell the number after each, from 0 on

   So whoever sees DIR can say whether it is as it was between two changes, and which.  */

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t
mix (uint64_t h, const void *data, size_t len)
{
  const unsigned char *p = data;
  while (len-- > 0)
    h = (h ^ *p++) * 0x100000001b3u;
  return h;
}

static uint64_t
mix_number (uint64_t h, uint64_t n)
{
  for (int i = 0; i < 8; i++)
    {
      unsigned char c = n >> (8 * i);
      h = mix (h, &c, 1);
    }
  return h;
}

static uint64_t
hash_contents (uint64_t h, const char *path)
{
  char data[8192];
  ssize_t n;
  int fd = open (path, O_RDONLY);

  if (fd < 0)
    err (1, "%s", path);
  while ((n = read (fd, data, sizeof data)) > 0)
    h = mix (h, data, n);
  if (n < 0)
    err (1, "%s", path);
  close (fd);
  return h;
}

static uint64_t
hash (uint64_t h, const char *dir)
{
  struct dirent **list;
  char path[1024], target[256];
  struct stat st;
  int n = scandir (dir, &list, NULL, alphasort);

  if (n < 0)
    err (1, "%s", dir);
  for (int i = 0; i < n; i++)
    {
      const char *name = list[i]->d_name;
      snprintf (path, sizeof path, "%s/%s", dir, name);
      if (strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
	continue;
      if (lstat (path, &st) < 0)
	err (1, "%s", path);
      h = mix (h, name, strlen (name) + 1);
      h = mix_number (h, (st.st_mode & S_IFMT) >> 12);
      if (S_ISLNK (st.st_mode))
	{
	  ssize_t len = readlink (path, target, sizeof target);
	  h = mix (h, target, len > 0 ? len : 0);
	  continue;
	}
      h = mix_number (h, st.st_mode & 0777);
      if (S_ISDIR (st.st_mode))
	h = hash (h, path);
      else
	{
	  h = mix_number (h, st.st_nlink);
	  h = mix_number (h, st.st_size);
	  h = hash_contents (h, path);
	}
      h = mix (h, "", 1);
    }
  while (n > 0)
    free (list[--n]);
  free (list);
  return h;
}

static uint64_t state;

static unsigned int
random_below (unsigned int n)
{
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (state >> 33) % n;
}

/* One of a few names, in one of a few directories.  */
static void
choose (char path[32])
{
  unsigned int dir = random_below (4), name = random_below (7);

  if (dir)
    sprintf (path, "d%u/f%u", dir, name);
  else
    sprintf (path, "f%u", name);
}

/* Write at OFFSET (negative: the end) of PATH what says I.  */
static int
put (const char *path, int i, long offset)
{
  char data[6000];
  size_t len = 1 + random_below (random_below (4) ? 200 : sizeof data);
  int fd = open (path, O_WRONLY | (offset < 0 ? O_APPEND : 0));
  ssize_t n;

  if (fd < 0)
    return 0;
  for (size_t k = 0; k < len; k++)
    data[k] = 'a' + (i + k / 7) % 26;
  n = offset < 0 ? write (fd, data, len) : pwrite (fd, data, len, offset);
  close (fd);
  return n == (ssize_t) len ? 0 : -1;
}

static int
make (const char *path)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL, 0640);
  return fd < 0 ? -1 : close (fd);
}

/* Change I: at most one call that changes anything, and one that may find that it
   cannot.  */
static void
change (int i)
{
  char a[32], b[32], dir[8], target[32];
  int bad = 0;

  state = i * 0x9e3779b97f4a7c15u;
  random_below (2);
  choose (a);
  choose (b);
  sprintf (dir, "d%u", 1 + random_below (3));
  errno = 0;
  /* The first ones make the directories.  */
  if (i <= 3)
    {
      sprintf (dir, "d%d", i);
      if (mkdir (dir, 0755) < 0)
	err (1, "%s", dir);
      return;
    }
  switch (random_below (13))
    {
    case 0: case 1: bad = make (a); break;
    case 2: case 3: bad = put (a, i, -1); break;
    case 4: bad = put (a, i, random_below (9000)); break;
    case 5: bad = truncate (a, random_below (9000)); break;
    case 6: bad = rename (a, b); break;
    /* Systems differ in what they link if it is a symbolic one.  */
    case 7: bad = readlink (a, target, sizeof target) < 0 ? link (a, b) : 0; break;
    case 8: bad = symlink (a, b); break;
    case 9: bad = chmod (dir, 0700 + random_below (64)); break;
    case 10: bad = mkdir (dir, 0755); break;
    case 11: bad = random_below (3) ? unlink (a) : rmdir (dir); break;
    case 12: sprintf (b, "d%u", 1 + random_below (3)); bad = rename (dir, b); break;
    }
  if (bad && errno != ENOENT && errno != EEXIST && errno != ENOTEMPTY
      && errno != ENOTDIR && errno != EISDIR && errno != EINVAL && errno != ELOOP
      && errno != EPERM)
    err (1, "change %d", i);
}

int
main (int argc, char **argv)
{
  int n = argc > 3 ? atoi (argv[3]) : 0, i = 0;
  const char *pause = getenv ("DRIVE_PAUSE");

  if (argc < 3)
    errx (2, "usage: tree run|hash|look|states DIR [N|DIR]");
  umask (0);
  if (strcmp (argv[1], "hash") == 0)
    {
      printf ("%016" PRIx64 "\n", hash (1, argv[2]));
      return 0;
    }
  if (strcmp (argv[1], "look") == 0)
    {
      uint64_t view = hash (1, argv[2]), ground = hash (1, argv[3]);
      FILE *console = fopen ("/dev/console", "w");
      struct stat st;
      /* Was the view still there?  (To be asked so that nobody waits who hears nothing
	 when the server ends: access authenticates.)  */
      if (stat (".", &st) < 0 || console == NULL)
	return 1;
      fprintf (console, "@@ground view %s %016" PRIx64 " %016" PRIx64 "\n",
	       getenv ("CKPT_VIEW"), view, ground);
      return fclose (console) != 0;
    }
  if (chdir (argv[2]) < 0)
    err (1, "%s", argv[2]);
  int tell = strcmp (argv[1], "states") == 0;
  if (tell)
    printf ("%016" PRIx64 "\n", hash (1, "."));
  while (n ? i < n : access ("/home/end", F_OK) < 0)
    {
      change (++i);
      if (tell)
	printf ("%016" PRIx64 "\n", hash (1, "."));
      else
	usleep (pause ? atoi (pause) : 2000);
    }
  if (!tell)
    printf ("%d steps\ntree done\n", i);
  return 0;
}
