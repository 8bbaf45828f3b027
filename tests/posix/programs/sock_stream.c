/* SPDX-License-Identifier: GPL-3.0-or-later */
/* named stream sockets: bind, listen, connect, accept, names, errors.  */

#include "../test.h"
#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_un name = { .sun_family = AF_LOCAL, .sun_path = "server" };

static int
client (void *arg)
{
  char c;
  int s = socket (AF_LOCAL, SOCK_STREAM, 0);
  if (connect (s, (struct sockaddr *) &name, SUN_LEN (&name)))
    return 1;
  return write (s, "q", 1) != 1 || read (s, &c, 1) != 1 || c != 'a';
}

/* Nobody in particular, who may not write to the name.  */
static int
stranger (void *arg)
{
  become (1000);
  int s = socket (AF_LOCAL, SOCK_STREAM, 0);
  return connect (s, (struct sockaddr *) &name, SUN_LEN (&name)) == 0 ? 1 : errno == EACCES ? 5 : 2;
}

int
main (void)
{
  struct stat st;
  char c;
  int s = socket (AF_LOCAL, SOCK_STREAM, 0), other = socket (AF_LOCAL, SOCK_STREAM, 0);
  CHECK (s >= 0 && other >= 0);
  CHECK_ERROR (connect (other, (struct sockaddr *) &name, SUN_LEN (&name)), ENOENT);
  CHECK (bind (s, (struct sockaddr *) &name, SUN_LEN (&name)) == 0);
  CHECK (stat ("server", &st) == 0 && S_ISSOCK (st.st_mode));
  CHECK_ERROR (connect (other, (struct sockaddr *) &name, SUN_LEN (&name)), ECONNREFUSED);
  CHECK_ERROR (bind (other, (struct sockaddr *) &name, SUN_LEN (&name)), EADDRINUSE);
  CHECK (listen (s, 5) == 0);
  for (int i = 0; i < 3; i++)
    {
      pid_t pid = child (client, NULL);
      int a = accept (s, NULL, NULL);
      CHECK (a >= 0 && read (a, &c, 1) == 1 && c == 'q' && write (a, "a", 1) == 1);
      CHECK (ended (pid) == 0);
      close (a);
    }
  CHECK (chmod ("server", 0755) == 0);
  CHECK (WEXITSTATUS (ended (child (stranger, NULL))) == 5);
  fcntl (s, F_SETFL, O_NONBLOCK);
  CHECK_ERROR (accept (s, NULL, NULL), EAGAIN);
  int type = 0;
  socklen_t len = sizeof type;
  CHECK (getsockopt (s, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM);
  CHECK_ERROR (open ("server", O_RDWR), ENXIO);
  CHECK_ERROR (connect (99, (struct sockaddr *) &name, SUN_LEN (&name)), EBADF);
  return verdict ();
}
