/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ckpt.h>
#include "timed.h"

#define TICK 0.011		/* The kernel's clock steps.  */
#define SLOW 2.0		/* So long a busy machine may take to wake us.  */

void
timed_waits (void (*wait) (double seconds), double seconds)
{
  bool strict = getenv ("ENV_STRICT") != NULL;
  int n = 0, restored = 0;
  double most = 0;

  env_ready ();
  while (!env_ended ())
    {
      unsigned int before = ckpt_restored_count ();
      double start = env_uptime ();
      wait (seconds);
      double took = env_uptime () - start;
      bool again = ckpt_restored_count () != before;
      CHECK (took >= seconds - TICK, "wait %d took %.3f s, not %.3f", n, took,
	     seconds);
      /* Where there are kills, it is for the suite to judge: only there it is known how
	 far apart the checkpoints were.  */
      CHECK (took <= seconds + SLOW || again || !strict, "wait %d took %.3f s,"
	     " not %.3f", n, took, seconds);
      if (took - seconds > most)
	most = took - seconds;
      n++;
      restored += again;
    }
  printf ("late %.3f (%d waits, %d of them restored)\n", most, n, restored);
}
