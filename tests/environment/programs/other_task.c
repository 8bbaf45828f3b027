/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A task that another one has made, without a process: its memory, port and thread,
   which was never started.  */

#include <mach/thread_status.h>
#include "../mach.h"

PROGRAM (other_task)
{
  task_t task;
  thread_t thread;
  vm_address_t address = 0x5000000, data;
  mach_msg_type_number_t n = i386_THREAD_STATE_COUNT;
  struct i386_thread_state state;
  mach_port_t port = env_port ();
  static char page[4096] __attribute__ ((aligned (4096)));
  MUST (task_create (mach_task_self (), FALSE, &task));
  MUST (vm_allocate (task, &address, 3 * 4096, FALSE));
  env_pattern (page, sizeof page, 31);
  MUST (vm_write (task, address + 4096, (vm_address_t) page, sizeof page));
  MUST (mach_port_insert_right (task, 4711, port, MACH_MSG_TYPE_MAKE_SEND));
  MUST (thread_create (task, &thread));
  MUST (thread_get_state (thread, i386_REGS_SEGS_STATE, (thread_state_t) &state,
			  &n));
  state.eax = 0x12345678;
  state.esi = 0x9abcdef0;
  MUST (thread_set_state (thread, i386_REGS_SEGS_STATE, (thread_state_t) &state,
			  n));
  MUST (task_suspend (task));
  env_wait ();
  memset (&state, 0, sizeof state);
  MUST (thread_get_state (thread, i386_REGS_SEGS_STATE, (thread_state_t) &state,
			  &n));
  CHECK (state.eax == 0x12345678 && state.esi == 0x9abcdef0U, "%#x",
	 state.eax);
  MUST (vm_read (task, address, 3 * 4096, &data, &n));
  CHECK (n == 3 * 4096 && env_is_pattern ((void *) (data + 4096), 4096, 31),
	 "memory");
  mach_port_t right;
  mach_msg_type_name_t type;
  MUST (mach_port_extract_right (task, 4711, MACH_MSG_TYPE_COPY_SEND, &right,
				 &type));
  CHECK (right == port, "%u %u", right, port);
  struct task_basic_info info;
  n = TASK_BASIC_INFO_COUNT;
  MUST (task_info (task, TASK_BASIC_INFO, (task_info_t) &info, &n));
  int first = info.suspend_count;
  MUST (task_info (task, TASK_BASIC_INFO, (task_info_t) &info, &n));
  CHECK (first == 1 && info.suspend_count == 1, "%d, then %d", first,
	 info.suspend_count);
  MUST (task_terminate (task));
}
