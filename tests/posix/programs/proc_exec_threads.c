/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exec from a program with other threads leaves one.  */

#include "../test.h"
#include <pthread.h>

static void *
spin (void *arg)
{
  int fd[2];
  char c;
  NEED (pipe (fd) == 0);
  return read (fd[0], &c, 1) ? NULL : arg;
}

int
main (void)
{
  fflush (NULL);
  pid_t pid = fork ();
  if (pid == 0)
    {
      pthread_t t;
      for (int i = 0; i < 3; i++)
	pthread_create (&t, NULL, spin, NULL);
      nap (20);
      execl ("/bin/sh", "sh", "-c", "exit 9", (char *) NULL);
      _exit (127);
    }
  int status = ended (pid);
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 9);
  return verdict ();
}
