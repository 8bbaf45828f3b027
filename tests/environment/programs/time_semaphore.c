/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A semaphore nobody posts; its deadline is one of the day's clock, which goes on
   while the machine is off: it may come early by the other clock, never by its
   own.  */
#include <semaphore.h>
#include <time.h>
#include "../env.h"

PROGRAM (time_semaphore)
{
  sem_t sem;
  SYS (sem_init (&sem, 0, 0));
  env_ready ();
  while (!env_ended ())
    {
      struct timespec until;
      SYS (clock_gettime (CLOCK_REALTIME, &until));
      until.tv_sec += 5;
      double start = env_now ();
      int result;
      do
	result = sem_timedwait (&sem, &until);
      while (result && errno == EINTR);
      CHECK (result == -1 && errno == ETIMEDOUT, "%d: %s", result,
	     strerror (errno));
      CHECK (env_now () - start >= 4.98, "%.3f s", env_now () - start);
    }
}
