/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fexecve, execvpe, execlp along PATH, and what stays open and ignored over an exec.  */

#include "../test.h"

static int
by_descriptor (void *arg)
{
  char *argv[] = { "sh", "-c", "test \"$X\" = y", NULL }, *envp[] = { "X=y", NULL };
  int fd = open ("/bin/sh", O_RDONLY);
  fexecve (fd, argv, envp);
  return 100 + (errno == ENOSYS);
}

static int
along_path (void *arg)
{
  char *argv[] = { "sh", "-c", "test \"$X\" = z", NULL }, *envp[] = { "X=z", "PATH=/bin", NULL };
  execvpe ("sh", argv, envp);
  return 100;
}

static int
inherited (void *arg)
{
  signal (SIGUSR1, SIG_IGN);
  int fd = open ("/dev/null", O_RDONLY), gone = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2 (fd, 7);
  dup3 (gone, 8, O_CLOEXEC);
  execlp ("sh", "sh", "-c", "kill -USR1 $$; true <&7 || exit 1; if (true <&8) 2>/dev/null; then exit 2; fi; exit 0", NULL);
  return 100;
}

int
main (void)
{
  int s = ended (child (by_descriptor, NULL));
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 0);
  s = ended (child (along_path, NULL));
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 0);
  s = ended (child (inherited, NULL));
  printf ("status %x\n", s);
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 0);
  return verdict ();
}
