/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exit with the status given, from a child.  */

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  int status;
  pid_t child = fork ();

  if (child == 0)
    _exit (argc > 1 ? atoi (argv[1]) : 1);
  if (child < 0 || waitpid (child, &status, 0) != child || !WIFEXITED (status))
    return 99;
  return WEXITSTATUS (status);
}
