/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include "timed.h"

#define TICK 0.011		/* The kernel's clock steps.  */
#define SLOW 0.5		/* So long a busy machine may take to wake us.  */
/* A restore makes a wait later by at most an interval and a second.  */
#define PER_RESTORE 2.0

/* What the ground wrote at this boot.  */
static void
read_boot (char boot[64])
{
  int fd = SYS (open ("/etc/perdure/booted", O_RDONLY));
  ssize_t n = SYS (read (fd, boot, 63));
  boot[n] = 0;
  close (fd);
}

void
timed_waits (void (*wait) (double seconds), double seconds)
{
  char before[64], after[64];
  int n = 0, restored = 0;
  double most = 0;

  env_ready ();
  while (!env_ended ())
    {
      read_boot (before);
      double start = env_uptime ();
      wait (seconds);
      double took = env_uptime () - start;
      read_boot (after);
      bool again = strcmp (before, after) != 0;
      CHECK (took >= seconds - TICK, "wait %d took %.3f s, not %.3f", n, took,
	     seconds);
      CHECK (took <= seconds + SLOW + (again ? PER_RESTORE : 0),
	     "wait %d took %.3f s, not %.3f (%s)", n, took, seconds,
	     again ? "restored meanwhile" : "not restored meanwhile");
      if (took - seconds > most)
	most = took - seconds;
      n++;
      restored += again;
    }
  printf ("%d waits, %d of them restored, at most %.3f s late\n", n, restored,
	  most);
}
