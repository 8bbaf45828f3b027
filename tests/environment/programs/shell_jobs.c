/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a shell has started: a pipe from it, and a pipeline of its own.  */

#include "../env.h"

PROGRAM (shell_jobs)
{
  char line[100], command[600];
  snprintf (command, sizeof command,
	    "(echo first; while [ ! -e %s ]; do sleep 1; done; seq 1 100 |"
	    " sort -rn | head -n 1)", getenv ("ENV_DIR") ? "$ENV_DIR/go" : "go");
  FILE *f = popen (command, "r");
  CHECK (f && fgets (line, sizeof line, f) && strcmp (line, "first\n") == 0,
	 "%s", line);
  env_wait ();
  CHECK (fgets (line, sizeof line, f) && strcmp (line, "100\n") == 0, "%s",
	 line);
  CHECK (fgets (line, sizeof line, f) == NULL, "%s", line);
  CHECK (pclose (f) == 0, "status");
}
