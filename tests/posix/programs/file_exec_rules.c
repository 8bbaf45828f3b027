/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what exec refuses: directories, fifos, no bit, no interpreter, empty and odd files; what a shell makes of them.  */

#include "../test.h"
#include <spawn.h>

static int
status_of (const char *command)
{
  int s = system (command);
  return WIFEXITED (s) ? WEXITSTATUS (s) : -WTERMSIG (s);
}

static int
user (void *arg)
{
  become (1000);
  CHECK_ERROR (execl ("root-only", "x", NULL), EACCES);
  CHECK_ERROR (execl ("no-x", "x", NULL), EACCES);
  CHECK_ERROR (execl ("closed/true", "x", NULL), EACCES);
  pid_t pid = fork ();
  if (pid == 0)
    {
      /* A program need not be readable.  */
      execl ("x-only", "x", "-c", "exit 5", NULL);
      _exit (99);
    }
  int s = ended (pid);
  printf ("a program that cannot be read: %x\n", s);
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 5);
  return verdict ();
}

int
main (void)
{
  pid_t pid;
  NEED (mkdir ("d", 0755) == 0 && mkfifo ("p", 0777) == 0 && put ("no-x", "#!/bin/sh\nexit 3\n") == 0 && chmod ("no-x", 0644) == 0);
  NEED (put ("empty", "") == 0 && chmod ("empty", 0755) == 0 && put ("odd", "\177ELFnothing") == 0 && chmod ("odd", 0755) == 0);
  NEED (put ("text", "exit 4\n") == 0 && chmod ("text", 0755) == 0);
  NEED (put ("bad", "#!/none/such\n") == 0 && chmod ("bad", 0755) == 0 && put ("s", "#!/bin/sh\nexit 3\n") == 0 && chmod ("s", 0755) == 0);
  NEED (put ("dir-int", "#!/tmp\n") == 0 && chmod ("dir-int", 0755) == 0);
  NEED (put ("root-only", "#!/bin/sh\nexit 3\n") == 0 && chmod ("root-only", 0700) == 0);
  NEED (mkdir ("closed", 0700) == 0 && system ("cp /bin/true closed/true; cp /bin/sh x-only; chmod 0711 x-only; chmod 755 .") == 0);
  CHECK_ERROR (execl ("d", "x", NULL), EACCES);
  CHECK_ERROR (execl ("p", "x", NULL), EACCES);
  CHECK_ERROR (execl ("no-x", "x", NULL), EACCES);
  CHECK_ERROR (execl ("empty", "x", NULL), ENOEXEC);
  CHECK_ERROR (execl ("odd", "x", NULL), ENOEXEC);
  CHECK_ERROR (execl ("text", "x", NULL), ENOEXEC);
  CHECK_ERROR (execl ("bad", "x", NULL), ENOENT);
  CHECK_ERROR (execl ("dir-int", "x", NULL), EACCES);
  CHECK_ERROR (execl ("none", "x", NULL), ENOENT);
  CHECK_ERROR (execl ("s/x", "x", NULL), ENOTDIR);
  CHECK_ERROR (execlp ("no-such-program-here", "x", NULL), ENOENT);
  CHECK (status_of ("./s") == 3 && status_of ("./text") == 4 && status_of ("./no-x 2> /dev/null") == 126 && status_of ("./none 2> /dev/null") == 127 && status_of ("./d 2> /dev/null") == 126);
  CHECK (status_of ("kill -9 $$") == -9 || status_of ("kill -9 $$") == 137);
  CHECK (posix_spawn (&pid, "none", NULL, NULL, (char *[]) { "x", NULL }, NULL) == ENOENT);
  CHECK (posix_spawn (&pid, "no-x", NULL, NULL, (char *[]) { "x", NULL }, NULL) == EACCES);
  CHECK (posix_spawnp (&pid, "true", NULL, NULL, (char *[]) { "x", NULL }, NULL) == 0 && ended (pid) == 0);
  CHECK (WEXITSTATUS (ended (child (user, NULL))) == 0);
  return verdict ();
}
