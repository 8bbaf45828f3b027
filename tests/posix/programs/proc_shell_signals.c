/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the shell's names of signals are those of the system: kill -NAME, trap NAME, kill -l.  */

#include "../test.h"

static volatile sig_atomic_t got;
static void note (int s) { got = s; }

int
main (void)
{
  static const struct { const char *name; int number; } all[] =
    {
      { "HUP", SIGHUP }, { "INT", SIGINT }, { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "CHLD", SIGCHLD },
      { "CONT", SIGCONT }, { "URG", SIGURG }, { "WINCH", SIGWINCH }, { "ALRM", SIGALRM }, { "TERM", SIGTERM }
    };
  char command[100];

  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    {
      signal (all[i].number, note);
      got = 0;
      snprintf (command, sizeof command, "kill -%s %d", all[i].name, (int) getpid ());
      CHECK (system (command) == 0 || got);
      if (all[i].number != SIGINT && all[i].number != SIGCHLD)
	CHECK (got == all[i].number);
      signal (all[i].number, SIG_DFL);
    }
  int s = system ("trap 'exit 5' USR1; kill -USR1 $$; exit 6");
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 5);
  s = system ("trap 'exit 5' CONT; kill -s CONT $$; exit 6");
  CHECK (WIFEXITED (s) && WEXITSTATUS (s) == 5);
  s = system ("kill -KILL $$");
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGKILL);
  s = system ("test \"$(kill -l 30)\" = USR1");
  CHECK (s == 0);
  return verdict ();
}
