/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fork, exec and wait two hundred times in a row.  */

#include "../test.h"

int
main (void)
{
  char *argv[] = { "true", NULL };
  int right = 0;
  for (int i = 0; i < 200; i++)
    {
      pid_t pid = fork ();
      if (pid == 0)
	{
	  execv ("/bin/true", argv);
	  _exit (127);
	}
      if (pid > 0)
	right += ended (pid) == 0;
    }
  CHECK (right == 200);
  return verdict ();
}
