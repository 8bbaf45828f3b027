/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the ground's nodes have a passive translator that a program inside has set.

   A node's mark is a file beside the staging places: its name is the node's inode
   number, and it contains the record.  One that contains another record than the node
   has is void: somebody on the ground has set another translator since, or the number
   is another node's by now.  An environment knows of the nodes that it has met by its
   own state; the marks are for one that begins anew.  */

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "proxy.h"

#define MARKS "/" OV_STAGE "/inside"

static bool some;		/* There may be a mark.  */

static void
mark_path (char path[sizeof MARKS + 24], uint64_t ino)
{
  sprintf (path, MARKS "/%llu", (unsigned long long) ino);
}

void
rp_marks_init (void)
{
  DIR *dir = opendir (MARKS);
  struct dirent *d;

  while (dir && !some && (d = readdir (dir)))
    some = d->d_name[0] != '.';
  if (dir)
    closedir (dir);
}

bool
rp_has_marks (void)
{
  return some;
}

error_t
rp_unmark (uint64_t ino)
{
  char path[sizeof MARKS + 24];

  mark_path (path, ino);
  return unlink (path) < 0 && errno != ENOENT ? errno : 0;
}

error_t
rp_mark (uint64_t ino, const void *record, size_t len)
{
  char path[sizeof MARKS + 24];
  error_t err = 0;

  if (len == 0)
    return some ? rp_unmark (ino) : 0;
  if ((mkdir ("/" OV_STAGE, 0700) < 0 && errno != EEXIST)
      || (mkdir (MARKS, 0700) < 0 && errno != EEXIST))
    return errno;
  mark_path (path, ino);
  some = true;
  /* One that is cut short by a crash is written again with the redo.  */
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd < 0)
    return errno;
  ssize_t n = write (fd, record, len);
  if (n != (ssize_t) len)
    err = n < 0 ? errno : ENOSPC;
  close (fd);
  return err;
}

bool
rp_is_marked (uint64_t ino, const void *record, size_t len)
{
  char path[sizeof MARKS + 24], *is = NULL;
  ssize_t n = -1;

  if (!some)
    return false;
  mark_path (path, ino);
  int fd = open (path, O_RDONLY);
  if (fd >= 0 && (is = malloc (len + 1)))
    n = read (fd, is, len + 1);
  bool same = n == (ssize_t) len && memcmp (is, record, len) == 0;
  free (is);
  if (fd >= 0)
    close (fd);
  return same;
}
