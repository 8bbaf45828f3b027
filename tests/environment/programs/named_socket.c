/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A local socket with a name, which others still find by it.  */

#include <sys/socket.h>
#include <sys/un.h>
#include "../env.h"

static int
client (void *arg)
{
  char answer[8];
  int s = SYS (socket (AF_LOCAL, SOCK_STREAM, 0));

  SYS (connect (s, arg, sizeof (struct sockaddr_un)));
  SYS (write (s, "ask", 3));
  CHECK (SYS (read (s, answer, sizeof answer)) == 4 && memcmp (answer, "told", 4) == 0, "the answer is another one");
  return 0;
}

static void
serve (int s, struct sockaddr_un *name)
{
  char question[8];
  pid_t pid = env_fork (client, name);
  int c = SYS (accept (s, NULL, NULL));

  CHECK (SYS (read (c, question, sizeof question)) == 3 && memcmp (question, "ask", 3) == 0,
	 "the question is another one");
  SYS (write (c, "told", 4));
  env_join (pid);
  close (c);
}

PROGRAM (named_socket)
{
  struct sockaddr_un name = { .sun_family = AF_LOCAL };
  int s = SYS (socket (AF_LOCAL, SOCK_STREAM, 0));

  snprintf (name.sun_path, sizeof name.sun_path, "%s", env_file ("socket"));
  SYS (bind (s, (struct sockaddr *) &name, sizeof name));
  SYS (listen (s, 3));
  serve (s, &name);
  env_wait ();
  serve (s, &name);
  SYS (unlink (name.sun_path));
}
