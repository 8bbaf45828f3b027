/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clocks go on, are near one another, and have resolutions.  */

#include "../test.h"
#include <sys/time.h>

int
main (void)
{
  struct timespec a, b, r;
  struct timeval tv;
  CHECK (clock_gettime (CLOCK_REALTIME, &a) == 0 && gettimeofday (&tv, NULL) == 0);
  CHECK (labs ((long) (a.tv_sec - tv.tv_sec)) <= 1 && labs ((long) (time (NULL) - tv.tv_sec)) <= 1);
  CHECK (a.tv_sec > 1700000000);
  CHECK (clock_gettime (CLOCK_MONOTONIC, &a) == 0);
  int backwards = 0;
  for (int i = 0; i < 2000; i++)
    {
      clock_gettime (CLOCK_MONOTONIC, &b);
      backwards += b.tv_sec < a.tv_sec || (b.tv_sec == a.tv_sec && b.tv_nsec < a.tv_nsec);
      a = b;
    }
  CHECK (backwards == 0);
  CHECK (clock_getres (CLOCK_REALTIME, &r) == 0 && (r.tv_sec || r.tv_nsec));
  CHECK (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &r) == 0);
  CHECK_ERROR (clock_gettime (1234, &r), EINVAL);
  CHECK (clock () != (clock_t) -1);
  return verdict ();
}
