/* SPDX-License-Identifier: GPL-3.0-or-later */
/* which calls change a file's times and its directory's; failing calls and the passing of time change none.  */

#include "../test.h"

static struct stat before, after;
static int step = 1100;		/* Milliseconds after which times differ.  */

static bool
later (struct timespec a, struct timespec b)
{
  return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

static bool
same (struct timespec a, struct timespec b)
{
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* What CALL does to NAME's times: the characters of WHAT are those that change.  */
#define DOES(name, call, what) \
  do \
    { \
      NEED (lstat (name, &before) == 0); \
      nap (step); \
      CHECK (call); \
      NEED (lstat (name, &after) == 0); \
      found (later (after.st_mtim, before.st_mtim) == (strchr (what, 'm') != NULL), __LINE__, "%s: mtime of %s", #call, name); \
      found (later (after.st_ctim, before.st_ctim) == (strchr (what, 'c') != NULL), __LINE__, "%s: ctime of %s", #call, name); \
    } \
  while (0)

static int
user (void *arg)
{
  become (1000);
  DOES ("f", chmod ("f", 0777) == -1 && errno == EPERM, "");
  DOES ("f", chown ("f", 1000, -1) == -1 && errno == EPERM, "");
  DOES ("f", truncate ("f", 0) == -1 && errno == EACCES, "");
  DOES ("d", mkdir ("d/new", 0755) == -1 && errno == EACCES, "");
  DOES ("d", unlink ("d/x") == -1 && errno == EACCES, "");
  DOES ("f", link ("f", "d/y") == -1 && errno == EACCES, "");
  DOES ("d", rename ("d/x", "d/y") == -1 && errno == EACCES, "");
  return verdict ();
}

int
main (void)
{
  int fd;
  NEED (put ("f", "text") == 0 && mkdir ("d", 0755) == 0 && put ("d/x", "") == 0);
  NEED ((fd = open ("f", O_RDWR)) >= 0);
  NEED (lstat ("f", &before) == 0);
  if (before.st_ctim.tv_nsec != 0)
    step = 50;
  nap (3000);
  NEED (lstat ("f", &after) == 0);
  found (same (after.st_ctim, before.st_ctim), __LINE__, "ctime stays: %ld.%09ld %ld.%09ld", (long) before.st_ctim.tv_sec,
	 before.st_ctim.tv_nsec, (long) after.st_ctim.tv_sec, after.st_ctim.tv_nsec);
  found (same (after.st_mtim, before.st_mtim), __LINE__, "mtime stays");
  found (same (after.st_atim, before.st_atim), __LINE__, "atime stays");
  DOES ("f", write (fd, "", 0) == 0, "");
  DOES ("f", write (fd, "x", 1) == 1, "mc");
  DOES ("f", chmod ("f", 0600) == 0, "c");
  DOES ("f", fchmod (fd, 0644) == 0, "c");
  DOES ("f", chown ("f", 1, 1) == 0, "c");
  DOES ("f", chown ("f", 0, 0) == 0, "c");
  DOES ("f", link ("f", "g") == 0, "c");
  DOES ("f", unlink ("g") == 0, "c");
  DOES ("f", truncate ("f", 100) == 0, "mc");
  DOES ("f", open ("f", O_WRONLY | O_TRUNC) >= 0, "mc");
  DOES ("f", open ("f", O_RDONLY | O_CREAT, 0644) >= 0, "");
  DOES ("d", open ("d/n", O_RDONLY | O_CREAT, 0644) >= 0, "mc");
  DOES ("d", open ("d/n", O_RDWR | O_CREAT, 0644) >= 0, "");
  DOES ("d", mkdir ("d/e", 0755) == 0, "mc");
  DOES ("d", mkdir ("d/e", 0755) == -1 && errno == EEXIST, "");
  DOES ("d", symlink ("x", "d/s") == 0, "mc");
  DOES ("d", mkfifo ("d/p", 0644) == 0, "mc");
  DOES ("d", link ("f", "d/l") == 0, "mc");
  DOES ("d", rename ("d/l", "d/m") == 0, "mc");
  DOES ("d", rename ("d/m", "out") == 0, "mc");
  DOES ("d", rename ("out", "d/m") == 0, "mc");
  DOES ("d", unlink ("d/m") == 0, "mc");
  DOES ("d", rmdir ("d/e") == 0, "mc");
  DOES ("d", rmdir ("d/e") == -1 && errno == ENOENT, "");
  DOES ("d/s", lchown ("d/s", 1, 1) == 0, "c");
  CHECK (WEXITSTATUS (ended (child (user, NULL))) == 0);
  return verdict ();
}
