/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `#!' scripts, with an argument, nested, and by execvp without `#!'.  */

#include "../test.h"

static int
run (void *arg)
{
  char **argv = arg;
  execvp (argv[0], argv);
  return 127;
}

static bool
says (char **argv, const char *text)
{
  int fd[2], status;
  char buf[200] = "";
  NEED (pipe (fd) == 0);
  fflush (NULL);
  pid_t pid = fork ();
  if (pid == 0)
    {
      dup2 (fd[1], 1);
      close (fd[0]);
      close (fd[1]);
      _exit (run (argv));
    }
  close (fd[1]);
  size_t n = 0;
  ssize_t r;
  while ((r = read (fd[0], buf + n, sizeof buf - 1 - n)) > 0)
    n += r;
  close (fd[0]);
  waitpid (pid, &status, 0);
  printf ("[%s]\n", buf);
  return strcmp (buf, text) == 0;
}

int
main (void)
{
  put ("s1", "#!/bin/sh\necho \"$0 $1 $#\"\n");
  put ("s2", "#!/bin/sh -e\nfalse\necho not reached\n");
  put ("s3", "echo plain $1\n");
  put ("s4", "#!./s1\nnothing\n");
  chmod ("s1", 0755);
  chmod ("s2", 0755);
  chmod ("s3", 0755);
  chmod ("s4", 0755);
  CHECK (says ((char *[]) { "./s1", "a b", "c", NULL }, "./s1 a b 2\n"));
  CHECK (says ((char *[]) { "./s2", NULL }, ""));
  CHECK (says ((char *[]) { "./s3", "x", NULL }, "plain x\n"));
  CHECK (says ((char *[]) { "./s4", "z", NULL }, "./s1 ./s4 2\n"));
  return verdict ();
}
