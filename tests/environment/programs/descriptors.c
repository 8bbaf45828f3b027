/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many descriptors, of all kinds, with their flags.  */

#include <fcntl.h>
#include <sys/socket.h>
#include "../env.h"

#define FILES 120

PROGRAM (descriptors)
{
  int fds[FILES], pipes[2], pair[2];
  for (int i = 0; i < FILES; i++)
    {
      fds[i] = SYS (open (env_file ("data"), O_RDWR | O_CREAT, 0666));
      if (i % 3 == 0)
	SYS (fcntl (fds[i], F_SETFD, FD_CLOEXEC));
      if (i % 5 == 0)
	SYS (fcntl (fds[i], F_SETFL, O_APPEND));
    }
  SYS (pipe (pipes));
  SYS (socketpair (AF_UNIX, SOCK_STREAM, 0, pair));
  SYS (fcntl (pipes[0], F_SETFL, O_NONBLOCK));
  SYS (fcntl (pair[1], F_SETFL, O_NONBLOCK));
  SYS (dup2 (pair[0], 200));
  env_wait ();
  char c;
  CHECK (read (pipes[0], &c, 1) == -1 && errno == EAGAIN, "%s",
	 strerror (errno));
  CHECK (read (pair[1], &c, 1) == -1 && errno == EAGAIN, "%s",
	 strerror (errno));
  CHECK (write (200, "z", 1) == 1 && read (pair[1], &c, 1) == 1 && c == 'z',
	 "the duplicate");
  for (int i = 0; i < FILES; i++)
    {
      CHECK ((SYS (fcntl (fds[i], F_GETFD)) & FD_CLOEXEC)
	     == (i % 3 == 0 ? FD_CLOEXEC : 0), "%d", i);
      CHECK ((SYS (fcntl (fds[i], F_GETFL)) & O_APPEND)
	     == (i % 5 == 0 ? O_APPEND : 0), "%d", i);
    }
}
