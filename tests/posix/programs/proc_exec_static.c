/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exec of a large argument list; E2BIG where there is a limit.  */

#include "../test.h"

int
main (void)
{
  enum { N = 4000 };
  static char *args[N + 4];
  char word[] = "0123456789";
  args[0] = "sh";
  args[1] = "-c";
  args[2] = "exit $(($# / 100))";
  for (int i = 0; i < N; i++)
    args[3 + i] = word;
  pid_t pid = fork ();
  if (pid == 0)
    {
      execv ("/bin/sh", args);
      _exit (127);
    }
  CHECK (WEXITSTATUS (ended (pid)) == (N - 1) / 100);
  return verdict ();
}
