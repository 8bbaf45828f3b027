/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wait4 and getrusage tell what a child has used.  */

#include "../test.h"
#include <sys/resource.h>

static int
burn (void *arg)
{
  double end = now () + 0.15;
  volatile long n = 0;
  while (now () < end)
    n++;
  return 0;
}

int
main (void)
{
  struct rusage ru, self;
  int status;
  memset (&ru, 0, sizeof ru);
  pid_t pid = child (burn, NULL);
  CHECK (wait4 (pid, &status, 0, &ru) == pid);
  printf ("%ld.%06ld user, %ld.%06ld system\n", (long) ru.ru_utime.tv_sec, (long) ru.ru_utime.tv_usec,
	  (long) ru.ru_stime.tv_sec, (long) ru.ru_stime.tv_usec);
  CHECK (ru.ru_utime.tv_sec * 1000000L + ru.ru_utime.tv_usec + ru.ru_stime.tv_sec * 1000000L
	 + ru.ru_stime.tv_usec > 10000);
  CHECK (getrusage (RUSAGE_SELF, &self) == 0);
  CHECK (getrusage (RUSAGE_CHILDREN, &ru) == 0);
  CHECK (ru.ru_utime.tv_sec * 1000000L + ru.ru_utime.tv_usec + ru.ru_stime.tv_sec * 1000000L
	 + ru.ru_stime.tv_usec > 10000);
  return verdict ();
}
