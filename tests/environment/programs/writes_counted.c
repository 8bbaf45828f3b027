/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes with signals coming all the time: each is done once.  */

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include "../env.h"

static volatile int signals;

static void
handler (int signo)
{
  signals++;
}

PROGRAM (writes_counted)
{
  struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
  struct itimerval timer = { { 0, 30000 }, { 0, 30000 } };
  struct stat st;
  unsigned int n = 0, got;
  int fd = SYS (open (env_file ("data"), O_RDWR | O_CREAT | O_TRUNC | O_APPEND,
		      0666));
  SYS (sigaction (SIGALRM, &action, NULL));
  SYS (setitimer (ITIMER_REAL, &timer, NULL));
  env_ready ();
  for (; !env_ended (); usleep (200000))
    for (int i = 0; i < 100; i++, n++)
      CHECK (write (fd, &n, sizeof n) == sizeof n, "%s", strerror (errno));
  timer.it_value.tv_usec = 0;
  setitimer (ITIMER_REAL, &timer, NULL);
  SYS (fstat (fd, &st));
  CHECK (st.st_size == (off_t) (n * sizeof n), "%u, not %u", (int) st.st_size,
	 (int) (n * sizeof n));
  for (unsigned int i = 0; i < n; i++)
    CHECK (pread (fd, &got, sizeof got, i * sizeof got) == sizeof got
	   && got == i, "%u at %u", got, i);
  CHECK (signals > 0, "no signal");
}
