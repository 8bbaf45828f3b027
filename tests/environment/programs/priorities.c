/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A nice program stays nice, with its threads, and so are those that it starts.  */
#include <mach.h>
#include <sys/resource.h>
#include "../env.h"

static int
priority_of (thread_t thread)
{
  struct thread_basic_info info;
  mach_msg_type_number_t n = THREAD_BASIC_INFO_COUNT;
  MUST (thread_info (thread, THREAD_BASIC_INFO, (thread_info_t) &info, &n));
  return info.base_priority;
}

static int
task_priority_of (task_t task)
{
  struct task_basic_info info;
  mach_msg_type_number_t n = TASK_BASIC_INFO_COUNT;
  MUST (task_info (task, TASK_BASIC_INFO, (task_info_t) &info, &n));
  return info.base_priority;
}

static int
child (void *arg)
{
  return getpriority (PRIO_PROCESS, 0) != 7;
}

PROGRAM (priorities)
{
  thread_t self = mach_thread_self ();
  errno = 0;
  SYS (setpriority (PRIO_PROCESS, 0, 7));
  MUST (thread_priority (self, priority_of (self) + 3, FALSE));
  int mine = priority_of (self), all = task_priority_of (mach_task_self ());
  env_wait ();
  CHECK (getpriority (PRIO_PROCESS, 0) == 7, "%d",
	 getpriority (PRIO_PROCESS, 0));
  CHECK (priority_of (self) == mine, "%d, not %d", priority_of (self), mine);
  CHECK (task_priority_of (mach_task_self ()) == all, "%d, not %d",
	 task_priority_of (mach_task_self ()), all);
  env_join (env_fork (child, NULL));
}
