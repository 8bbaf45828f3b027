/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for the translators that we have started: they are our children, and
   would stay zombies for as long as we live.  */

#include <hurd.h>
#include <hurd/process.h>
#include <sys/wait.h>
#include "node-internal.h"

/* The child process PID_ARG, whose task TASK was, is dead.  The process server
   has been told as we have, so there is next to nothing to wait for.  */
static void
died (void *pid_arg, mach_port_t task)
{
  mach_port_t self = getproc ();
  struct rusage usage;
  int status, code;
  pid_t pid;

  if (MACH_PORT_VALID (self))
    {
      proc_wait (self, (pid_t) (uintptr_t) pid_arg, 0, &status, &code, &usage,
		 &pid);
      mach_port_deallocate (mach_task_self (), self);
    }
  fs_drop_right (task);
}

void
fs_reap (struct sv_bucket *bucket, task_t task)
{
  mach_port_t self = getproc ();
  pid_t pid;

  if (!MACH_PORT_VALID (self))
    return;
  error_t err = proc_task2pid (self, task, &pid);
  mach_port_deallocate (mach_task_self (), self);
  if (err || sv_right_ref (task))
    return;
  if (sv_notify_dead (bucket, task, died, (void *) (uintptr_t) pid))
    fs_drop_right (task);
}
