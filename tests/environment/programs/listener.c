/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A local socket with a name: one client accepted, one waiting, one to come.  */

#include <sys/socket.h>
#include <sys/un.h>
#include "../env.h"

static struct sockaddr_un address = { .sun_family = AF_UNIX };

static int
client (void *arg)
{
  int fd = SYS (socket (AF_UNIX, SOCK_STREAM, 0));
  char c = (intptr_t) arg;
  SYS (connect (fd, (struct sockaddr *) &address, sizeof address));
  CHECK (write (fd, &c, 1) == 1 && read (fd, &c, 1) == 1, "%s",
	 strerror (errno));
  return c == (intptr_t) arg + 1 ? 0 : 1;
}

static void
answer (int fd, char expected)
{
  char c;
  CHECK (read (fd, &c, 1) == 1 && c == expected, "%c", c);
  c++;
  CHECK (write (fd, &c, 1) == 1, "%s", strerror (errno));
  close (fd);
}

PROGRAM (listener)
{
  strcpy (address.sun_path, env_file ("socket"));
  unlink (address.sun_path);
  int fd = SYS (socket (AF_UNIX, SOCK_STREAM, 0));
  SYS (bind (fd, (struct sockaddr *) &address, sizeof address));
  SYS (listen (fd, 5));
  pid_t a = env_fork (client, (void *) 'a');
  int one = SYS (accept (fd, NULL, NULL));
  pid_t b = env_fork (client, (void *) 'b');
  sleep (2);
  env_wait ();
  answer (one, 'a');
  answer (SYS (accept (fd, NULL, NULL)), 'b');
  pid_t c = env_fork (client, (void *) 'c');
  answer (SYS (accept (fd, NULL, NULL)), 'c');
  env_join (a);
  env_join (b);
  env_join (c);
}
