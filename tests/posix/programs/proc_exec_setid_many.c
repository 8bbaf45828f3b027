/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set-uid programs started by the dozen, several at once: each runs, with its owner's id.  */

#include "../test.h"

static int
starts (void *arg)
{
  become (1000);
  for (int i = 0; i < 15; i++)
    {
      pid_t pid = fork ();
      if (pid == 0)
	{
	  execl ("who", "who", "x", (char *) NULL);
	  printf ("%d: %s\n", i, strerror (errno));
	  fflush (stdout);
	  _exit (99);
	}
      int s = ended (pid);
      if (!WIFEXITED (s) || WEXITSTATUS (s) != 42)
	found (false, __LINE__, "start %d: status %x", i, s);
    }
  return verdict ();
}

int
main (int argc, char **argv)
{
  char command[600];
  pid_t pids[4];
  if (argc > 1)
    return geteuid () == 1002 && getuid () == 1000 ? 42 : 1;
  snprintf (command, sizeof command, "cp %s who && chown 1002:1002 who && chmod 4755 who && chmod 755 .", argv[0]);
  NEED (system (command) == 0);
  for (int i = 0; i < 4; i++)
    pids[i] = child (starts, NULL);
  for (int i = 0; i < 4; i++)
    CHECK (WEXITSTATUS (ended (pids[i])) == 0);
  return verdict ();
}
