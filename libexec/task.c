/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The task that a program is put into.  */

#include <string.h>
#include <mach/machine/thread_status.h>
#include <mach/machine/vm_param.h>
#include "libexec/internal.h"

/* Left free above the stack, so that main's frame comes into another page than
   those of libc's start: libc runs code on its stack there (trampolines of
   nested functions), and an emulator that translates code makes every write to
   such a page tens of times slower.  */
#define STACK_LOST 3584

static void
terminate_threads (task_t task)
{
  thread_t *threads;
  mach_msg_type_number_t n, i;

  if (task_threads (task, &threads, &n))
    return;
  for (i = 0; i < n; i++)
    {
      thread_terminate (threads[i]);
      mach_port_deallocate (mach_task_self (), threads[i]);
    }
  vm_deallocate (mach_task_self (), (vm_address_t) threads,
		 n * sizeof *threads);
}

error_t
exec_task_clear (task_t task, const struct fs_exec_args *args)
{
  size_t i;
  error_t err = task_suspend (task);

  if (err)
    return err;
  terminate_threads (task);
  for (i = 0; i < args->ndealloc; i++)
    mach_port_deallocate (task, args->dealloc[i]);
  for (i = 0; i < args->ndestroy; i++)
    mach_port_destroy (task, args->destroy[i]);
  err = vm_deallocate (task, VM_MIN_ADDRESS,
		       VM_MAX_ADDRESS - VM_MIN_ADDRESS);
  task_resume (task);
  return err;
}

error_t
exec_task_thread (task_t task, vm_address_t pc, struct exec_startup *startup,
		  thread_t *thread)
{
  struct i386_thread_state state;
  mach_msg_type_number_t count = i386_THREAD_STATE_COUNT;
  vm_address_t stack = EXEC_TOP;
  error_t err;

  err = vm_allocate (task, &stack, EXEC_STACK_SIZE, FALSE);
  if (!err)
    err = thread_create (task, thread);
  if (err)
    return err;
  startup->stack_base = stack;
  startup->stack_size = EXEC_STACK_SIZE - STACK_LOST;
  err = thread_get_state (*thread, i386_THREAD_STATE,
			  (thread_state_t) &state, &count);
  if (!err)
    {
      state.eip = pc;
      /* Some zeros above it read as no arguments.  */
      state.uesp = stack + EXEC_STACK_SIZE - STACK_LOST - 64;
      err = thread_set_state (*thread, i386_THREAD_STATE,
			      (thread_state_t) &state,
			      i386_THREAD_STATE_COUNT);
    }
  if (err)
    {
      thread_terminate (*thread);
      mach_port_deallocate (mach_task_self (), *thread);
    }
  return err;
}
