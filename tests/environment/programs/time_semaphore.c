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
      int result;
      do
	result = sem_timedwait (&sem, &until);
      while (result && errno == EINTR);
      CHECK (result == -1 && errno == ETIMEDOUT, "%d: %s", result,
	     strerror (errno));
      /* Not by when this began: a stop, or a kill, may have come in between.  */
      double early = until.tv_sec + until.tv_nsec / 1e9 - env_now ();
      CHECK (early <= 0.02, "%.3f s early", early);
    }
}
