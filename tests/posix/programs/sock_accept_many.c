/* SPDX-License-Identifier: GPL-3.0-or-later */
/* twenty clients of one server at once.  */

#include "../test.h"
#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_un name = { .sun_family = AF_LOCAL, .sun_path = "many" };

static int
client (void *arg)
{
  int s = socket (AF_LOCAL, SOCK_STREAM, 0);
  char c = 0, me = (char) (long) arg;
  for (int i = 0; i < 50 && connect (s, (struct sockaddr *) &name, SUN_LEN (&name)); i++)
    nap (20);
  return write (s, &me, 1) != 1 || read (s, &c, 1) != 1 || c != me + 1;
}

int
main (void)
{
  int s = socket (AF_LOCAL, SOCK_STREAM, 0), bad = 0;
  NEED (bind (s, (struct sockaddr *) &name, SUN_LEN (&name)) == 0 && listen (s, 5) == 0);
  for (long i = 0; i < 20; i++)
    child (client, (void *) i);
  for (int i = 0; i < 20; i++)
    {
      char c;
      int a = accept (s, NULL, NULL);
      if (a < 0 || read (a, &c, 1) != 1)
	bad++;
      c++;
      bad += write (a, &c, 1) != 1;
      close (a);
    }
  for (int i = 0; i < 20; i++)
    {
      int status = -1;
      wait (&status);
      bad += status != 0;
    }
  CHECK (bad == 0);
  return verdict ();
}
