/* SPDX-License-Identifier: GPL-3.0-or-later */
/* O_NOFOLLOW, O_DIRECTORY, O_EXCL and O_CREAT on links, directories, fifos and sockets; F_GETFL and F_SETFL.  */

#include "../test.h"
#include <sys/socket.h>
#include <sys/un.h>

int
main (void)
{
  int fd;
  struct stat st;
  NEED (put ("f", "x") == 0 && mkdir ("d", 0755) == 0 && symlink ("f", "l") == 0 && symlink ("none", "dangling") == 0);
  NEED (symlink ("d", "ld") == 0 && mkfifo ("p", 0644) == 0);
  CHECK_ERROR (open ("l", O_RDONLY | O_NOFOLLOW), ELOOP);
  CHECK_ERROR (open ("dangling", O_RDONLY | O_NOFOLLOW), ELOOP);
  CHECK_ERROR (open ("dangling", O_RDONLY), ENOENT);
  CHECK (open ("f", O_RDONLY | O_NOFOLLOW) >= 0);
  CHECK (open ("ld/.", O_RDONLY | O_NOFOLLOW) >= 0);
  CHECK_ERROR (open ("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
  CHECK_ERROR (open ("l", O_RDONLY | O_DIRECTORY), ENOTDIR);
  CHECK_ERROR (open ("p", O_RDONLY | O_DIRECTORY), ENOTDIR);
  CHECK (open ("ld", O_RDONLY | O_DIRECTORY) >= 0);
  CHECK (open ("ld", O_RDONLY | O_DIRECTORY | O_NOFOLLOW) == -1 && (errno == ELOOP || errno == ENOTDIR));
  CHECK_ERROR (open ("f", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
  CHECK_ERROR (open ("l", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
  CHECK_ERROR (open ("dangling", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
  CHECK_ERROR (open ("d", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
  CHECK (stat ("none", &st) == -1);
  CHECK ((fd = open ("dangling", O_RDWR | O_CREAT, 0640)) >= 0 && stat ("none", &st) == 0 && (st.st_mode & 0777) == 0640);
  CHECK_ERROR (open ("d", O_WRONLY), EISDIR);
  CHECK_ERROR (open ("d", O_RDWR), EISDIR);
  CHECK_ERROR (open ("d", O_WRONLY | O_CREAT, 0644), EISDIR);
  CHECK_ERROR (open ("new/", O_WRONLY | O_CREAT, 0644), EISDIR);
  CHECK_ERROR (open ("f/", O_RDONLY), ENOTDIR);
  CHECK_ERROR (open ("p", O_WRONLY | O_NONBLOCK), ENXIO);
  CHECK ((fd = open ("p", O_RDONLY | O_NONBLOCK)) >= 0);
  int s = socket (AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "sock" };
  CHECK (bind (s, (struct sockaddr *) &un, sizeof un) == 0 && stat ("sock", &st) == 0 && S_ISSOCK (st.st_mode));
  fd = open ("sock", O_RDONLY);
  printf ("open of a socket: %s\n", fd >= 0 ? "opened" : strerror (errno));
  CHECK (fd == -1);
  /* Flags.  */
  CHECK ((fd = open ("f", O_RDWR | O_APPEND | O_CREAT | O_TRUNC, 0644)) >= 0);
  int fl = fcntl (fd, F_GETFL);
  CHECK ((fl & O_ACCMODE) == O_RDWR && (fl & O_APPEND));
  printf ("F_GETFL %o\n", fl);
  CHECK (!(fl & (O_CREAT | O_TRUNC)));
  CHECK (fcntl (fd, F_SETFL, O_NONBLOCK) == 0 && ((fl = fcntl (fd, F_GETFL)) & O_NONBLOCK) && !(fl & O_APPEND) && (fl & O_ACCMODE) == O_RDWR);
  CHECK (fcntl (fd, F_SETFL, O_RDONLY) == 0 && (fcntl (fd, F_GETFL) & O_ACCMODE) == O_RDWR && write (fd, "abc", 3) == 3);
  CHECK ((fcntl (open ("f", O_RDONLY), F_GETFL) & O_ACCMODE) == O_RDONLY);
  CHECK ((fcntl (open ("f", O_WRONLY), F_GETFL) & O_ACCMODE) == O_WRONLY);
  CHECK (fcntl (open ("f", O_RDONLY | O_CLOEXEC), F_GETFD) == FD_CLOEXEC);
  CHECK_ERROR (fcntl (99, F_GETFL), EBADF);
  CHECK_ERROR (fcntl (fd, 9999), EINVAL);
  CHECK_ERROR (fcntl (fd, F_DUPFD, -1), EINVAL);
  CHECK (fcntl (fd, F_DUPFD, 50) == 50 && fcntl (fd, F_DUPFD_CLOEXEC, 50) == 51 && fcntl (51, F_GETFD) == FD_CLOEXEC);
  CHECK_ERROR (dup2 (fd, -1), EBADF);
  CHECK_ERROR (dup2 (99, 60), EBADF);
  CHECK_ERROR (dup3 (fd, fd, 0), EINVAL);
  CHECK_ERROR (read (open ("f", O_WRONLY), &st, 1), EBADF);
  CHECK_ERROR (write (open ("f", O_RDONLY), "x", 1), EBADF);
  CHECK_ERROR (read (open ("d", O_RDONLY), &st, 1), EISDIR);
  /* A file made without permission to write is open for writing.  */
  CHECK ((fd = open ("ro", O_RDWR | O_CREAT, 0)) >= 0 && write (fd, "x", 1) == 1);
  return verdict ();
}
