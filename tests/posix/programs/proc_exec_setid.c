/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a set-uid program runs with its owner's id; a set-gid one with its group.  */

#include "../test.h"
#include <sys/param.h>

static int
inner (const char *self)
{
  become (1234);
  execl (self, self, "check", (char *) NULL);
  return 126;
}

int
main (int argc, char **argv)
{
  char path[300], copy[400];
  if (argc > 1)
    {
      CHECK (getuid () == 1234);
      CHECK (geteuid () == 0);
      CHECK (getgid () == 1234);
      CHECK (getegid () == 55);
      CHECK (seteuid (1234) == 0 && geteuid () == 1234);
      CHECK (seteuid (0) == 0 && geteuid () == 0);
      CHECK (setuid (1234) == 0);
      return verdict ();
    }
  NEED (getcwd (path, sizeof path));
  snprintf (copy, sizeof copy, "cp %s %s/me", argv[0], path);
  NEED (system (copy) == 0);
  snprintf (copy, sizeof copy, "%s/me", path);
  NEED (chown (copy, 0, 55) == 0);
  NEED (chmod (copy, 06755) == 0);
  pid_t pid = fork ();
  if (pid == 0)
    _exit (inner (copy));
  int status = ended (pid);
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  return verdict ();
}
