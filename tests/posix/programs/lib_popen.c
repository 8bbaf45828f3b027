/* SPDX-License-Identifier: GPL-3.0-or-later */
/* popen and system.  */

#include "../test.h"

int
main (void)
{
  char buf[100] = "";
  FILE *p = popen ("echo out; exit 3", "r");
  CHECK (p && fgets (buf, sizeof buf, p) && strcmp (buf, "out\n") == 0);
  int s = pclose (p);
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 3);
  p = popen ("cat > f", "w");
  CHECK (p && fputs ("in", p) >= 0 && pclose (p) == 0 && holds ("f", "in"));
  s = system ("exit 5");
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 5);
  s = system ("kill -TERM $$");
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGTERM);
  CHECK (system (NULL) != 0);
  return verdict ();
}
