/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread that is suspended twice, a task that is suspended.  */

#include <mach.h>
#include <pthread.h>
#include <hurd.h>
#include "../env.h"

static volatile unsigned long count;
static volatile mach_port_t self;

static void *
thread (void *arg)
{
  self = mach_thread_self ();
  for (;;)
    count++;
  return arg;
}

static int
child (void *arg)
{
  env_await_end ();
  return 7;
}

PROGRAM (suspended)
{
  pthread_t t;
  MUST (pthread_create (&t, NULL, thread, NULL));
  while (count < 1000)
    usleep (1000);
  MUST (thread_suspend (self));
  MUST (thread_suspend (self));
  unsigned long before = count;
  pid_t pid = env_fork (child, NULL);
  task_t task = pid2task (pid);
  CHECK (MACH_PORT_VALID (task), "task");
  MUST (task_suspend (task));
  MUST (task_suspend (task));
  env_wait ();
  struct thread_basic_info info;
  mach_msg_type_number_t n = THREAD_BASIC_INFO_COUNT;
  MUST (thread_info (self, THREAD_BASIC_INFO, (thread_info_t) &info, &n));
  CHECK (info.suspend_count == 2, "%d", info.suspend_count);
  CHECK (count == before, "it ran");
  MUST (thread_resume (self));
  usleep (100000);
  CHECK (count == before, "it runs");
  MUST (thread_resume (self));
  usleep (300000);
  CHECK (count != before, "it does not run");
  struct task_basic_info tinfo;
  for (int i = 0; i < 5; i++)
    {
      n = TASK_BASIC_INFO_COUNT;
      MUST (task_info (task, TASK_BASIC_INFO, (task_info_t) &tinfo, &n));
      if (tinfo.suspend_count == 2)
	break;
      usleep (100000);		/* A checkpoint was about to begin.  */
    }
  CHECK (tinfo.suspend_count == 2, "%d", tinfo.suspend_count);
  int status;
  CHECK (waitpid (pid, &status, WNOHANG) == 0, "it ran");
  MUST (task_resume (task));
  MUST (task_resume (task));
  CHECK (waitpid (pid, &status, 0) == pid && status == 7 << 8, "%#x", status);
}
