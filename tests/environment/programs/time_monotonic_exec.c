/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that is started after a restore has the same CLOCK_MONOTONIC as its
   parent.  */
#include "../env.h"

static double
ask_child (void)
{
  double time = -1;
  FILE *f = popen ("ENV_CHILD=1 envtest time_monotonic_exec", "r");
  CHECK (f != NULL, "%s", strerror (errno));
  CHECK (fscanf (f, "%lf", &time) == 1, "no answer");
  pclose (f);
  return time;
}

PROGRAM (time_monotonic_exec)
{
  bool ended;

  if (getenv ("ENV_CHILD"))
    {
      printf ("%.6f\n", env_uptime ());
      return;
    }
  env_ready ();
  do
    {
      ended = env_ended ();
      double before = env_uptime (), between = ask_child ();
      double after = env_uptime ();
      /* It was printed rounded.  */
      CHECK (before <= between + 1e-5 && between <= after + 1e-5,
	     "%.3f %.3f %.3f", before, between, after);
      usleep (300000);
    }
  while (!ended);
}
