/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vfork's child execs or exits; the parent's memory is its own.  */

#include "../test.h"

int
main (void)
{
  int status;
  pid_t pid = vfork ();
  if (pid == 0)
    _exit (5);
  CHECK (pid > 0 && waitpid (pid, &status, 0) == pid);
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 5);
  pid = vfork ();
  if (pid == 0)
    {
      execl ("/bin/sh", "sh", "-c", "exit 6", (char *) NULL);
      _exit (127);
    }
  CHECK (waitpid (pid, &status, 0) == pid);
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 6);
  return verdict ();
}
