/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ignored signals do nothing, stay ignored after exec, and SIGKILL cannot be.  */

#include "../test.h"

int
main (int argc, char **argv)
{
  if (argc > 1)
    {
      raise (SIGTERM);
      return 9;
    }
  CHECK (signal (SIGTERM, SIG_IGN) == SIG_DFL);
  CHECK (raise (SIGTERM) == 0);
  CHECK (signal (SIGKILL, SIG_IGN) == SIG_ERR && errno == EINVAL);
  fflush (NULL);
  pid_t pid = fork ();
  if (pid == 0)
    {
      execl (argv[0], argv[0], "x", (char *) NULL);
      _exit (1);
    }
  CHECK (WEXITSTATUS (ended (pid)) == 9);
  return verdict ();
}
