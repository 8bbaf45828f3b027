/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread in waitpid, all the time.  */

#include <pthread.h>
#include "../env.h"

static int
child (void *arg)
{
  env_await_end ();
  return 9;
}

static void *
waiter (void *arg)
{
  int status;
  CHECK (waitpid ((pid_t) (intptr_t) arg, &status, 0) == (pid_t) (intptr_t) arg,
	 "%s", strerror (errno));
  return (void *) (intptr_t) status;
}

PROGRAM (waiting_parent)
{
  pthread_t thread;
  void *status;
  pid_t pid = env_fork (child, NULL);
  MUST (pthread_create (&thread, NULL, waiter, (void *) (intptr_t) pid));
  env_wait ();
  pthread_join (thread, &status);
  CHECK ((intptr_t) status == 9 << 8, "%#x", (int) (intptr_t) status);
}
