/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rights to tasks and threads, of others too, to the host and the processor set:
   they are to the same things.  */

#include <hurd.h>
#include <mach/mach_host.h>
#include "../mach.h"

static int ends[2];

/* Live as long as the parent has not looked.  */
static int
child (void *arg)
{
  char c;
  close (ends[1]);
  return read (ends[0], &c, 1) != 0;
}

PROGRAM (kernel_rights)
{
  task_t self = mach_task_self ();
  thread_t thread = mach_thread_self ();
  mach_port_t host = mach_host_self (), pset;
  MUST (processor_set_default (host, &pset));
  SYS (pipe (ends));
  pid_t pid = env_fork (child, NULL);
  task_t task = pid2task (pid);
  thread_array_t threads;
  mach_msg_type_number_t n;
  MUST (task_threads (task, &threads, &n));
  CHECK (n >= 1, "%u", n);
  thread_t theirs = threads[0];
  env_wait ();
  mach_port_t now[] = { mach_task_self (), mach_thread_self (),
			mach_host_self (), pid2task (pid) };
  CHECK (now[0] == self && now[1] == thread && now[2] == host
	 && now[3] == task, "%#x %#x %#x %#x instead of %#x %#x %#x %#x",
	 now[0], now[1], now[2], now[3], self, thread, host, task);
  mach_port_t again;
  MUST (processor_set_default (host, &again));
  CHECK (again == pset, "%u %u", again, pset);
  MUST (task_threads (task, &threads, &n));
  bool found = false;
  for (mach_msg_type_number_t i = 0; i < n; i++)
    found |= threads[i] == theirs;
  CHECK (found, "the thread of the child");
  char kernel[512];
  MUST (host_kernel_version (host, kernel));
  close (ends[1]);
  env_join (pid);
}
