/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names PID: how many port names, threads and kilobytes of address space a process
   has; the least of samples taken for some seconds, since programs come and go (a shell
   that waits for `sleep' all the time has a process less only between two of them).  */

#include <hurd.h>
#include <mach.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SAMPLES	80
#define PAUSE	50000		/* Microseconds.  */

int
main (int argc, char **argv)
{
  task_t task = pid2task (argc > 1 ? atoi (argv[1]) : 0);
  unsigned int names = -1, threads = -1, size = -1;

  if (task == MACH_PORT_NULL)
    return 1;
  for (int i = 0; i < SAMPLES; i++, usleep (PAUSE))
    {
      mach_port_array_t list;
      mach_port_type_array_t types;
      thread_array_t all;
      struct task_basic_info info;
      mach_msg_type_number_t n, m, count = TASK_BASIC_INFO_COUNT;
      if (mach_port_names (task, &list, &n, &types, &m)
	  || task_threads (task, &all, &m)
	  || task_info (task, TASK_BASIC_INFO, (task_info_t) &info, &count))
	return 1;
      for (unsigned int j = 0; j < m; j++)
	mach_port_deallocate (mach_task_self (), all[j]);
      vm_deallocate (mach_task_self (), (vm_address_t) all, m * sizeof *all);
      vm_deallocate (mach_task_self (), (vm_address_t) list,
		     n * sizeof *list);
      vm_deallocate (mach_task_self (), (vm_address_t) types,
		     n * sizeof *types);
      names = n < names ? n : names;
      threads = m < threads ? m : threads;
      size = info.virtual_size / 1024 < size ? info.virtual_size / 1024 : size;
    }
  printf ("%u %u %u\n", names, threads, size);
  return 0;
}
