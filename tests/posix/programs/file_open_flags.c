/* SPDX-License-Identifier: GPL-3.0-or-later */
/* O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_RDONLY and O_WRONLY do what they say.  */

#include "../test.h"

int
main (void)
{
  char buf[10];
  int fd = open ("f", O_WRONLY | O_CREAT | O_EXCL, 0644);
  CHECK (fd >= 0 && write (fd, "hello", 5) == 5);
  CHECK_ERROR (read (fd, buf, 1), EBADF);
  CHECK_ERROR (open ("f", O_WRONLY | O_CREAT | O_EXCL, 0644), EEXIST);
  NEED (symlink ("none", "dangling") == 0);
  CHECK_ERROR (open ("dangling", O_WRONLY | O_CREAT | O_EXCL, 0644), EEXIST);
  CHECK_ERROR (open ("none/x", O_WRONLY | O_CREAT, 0644), ENOENT);
  CHECK_ERROR (open ("f/x", O_RDONLY), ENOTDIR);
  CHECK_ERROR (open ("f/", O_RDONLY), ENOTDIR);
  CHECK_ERROR (open (".", O_WRONLY), EISDIR);
  CHECK_ERROR (open ("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
  CHECK_ERROR (open ("dangling", O_RDONLY | O_NOFOLLOW), ELOOP);
  int r = open ("f", O_RDONLY);
  CHECK_ERROR (write (r, "x", 1), EBADF);
  int a = open ("f", O_WRONLY | O_APPEND);
  CHECK (write (fd, "!", 1) == 1 && write (a, "1", 1) == 1 && lseek (a, 0, SEEK_SET) == 0 && write (a, "2", 1) == 1);
  CHECK (holds ("f", "hello!12"));
  CHECK (close (open ("f", O_WRONLY | O_TRUNC)) == 0 && holds ("f", ""));
  CHECK_ERROR (close (99), EBADF);
  CHECK ((fcntl (a, F_GETFL) & (O_ACCMODE | O_APPEND)) == (O_WRONLY | O_APPEND));
  CHECK (fcntl (a, F_SETFL, 0) == 0 && !(fcntl (a, F_GETFL) & O_APPEND));
  return verdict ();
}
