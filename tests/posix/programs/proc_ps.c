/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what ps asks proc: arguments, environment, the state of a process.  */

#include "../test.h"
#include <hurd.h>
#include <hurd/process.h>

static int
sleeper (void *arg)
{
  execle ("/bin/sleep", "sleep", "3", (char *) NULL, (char *[]) { "MARK=here", NULL });
  return 127;
}

int
main (void)
{
  pid_t pid = child (sleeper, NULL);
  char buf[200], *data = buf;
  mach_msg_type_number_t n = sizeof buf;
  nap (200);
  CHECK (proc_getprocargs (getproc (), pid, &data, &n) == 0);
  CHECK (n == 8 && memcmp (data, "sleep\0003", 8) == 0);
  n = sizeof buf;
  data = buf;
  CHECK (proc_getprocenv (getproc (), pid, &data, &n) == 0);
  CHECK (n == 10 && memcmp (data, "MARK=here", 10) == 0);
  struct procinfo *pi = malloc (10000);
  mach_msg_type_number_t words = 10000 / sizeof (int), w = sizeof buf;
  int flags = PI_FETCH_TASKINFO | PI_FETCH_THREADS | PI_FETCH_THREAD_BASIC | PI_FETCH_THREAD_WAITS;
  data = buf;
  CHECK (proc_getprocinfo (getproc (), pid, &flags, (int **) &pi, &words, &data, &w) == 0);
  printf ("%d threads, waits [%.*s]\n", (int) pi->nthreads, (int) w, data);
  CHECK (pi->ppid == getpid () && pi->pgrp == getpgrp () && pi->nthreads >= 1);
  CHECK (flags & PI_FETCH_THREAD_BASIC);
  kill (pid, SIGKILL);
  ended (pid);
  return verdict ();
}
