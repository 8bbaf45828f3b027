/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conductor goes before the programs.  They may compute as much as there is to
   compute; a checkpoint that had to share the processor with all of them would take
   the longer the more they are, and what is fsynced or held back would wait for
   it.  */

#include <hurd.h>
#include <mach/mach_host.h>
#include "internal.h"

#define PRIORITY	15	/* Programs have 25; less is more.  */

void
conductor_go_first (void)
{
  mach_port_t host, name, set;
  thread_t self = mach_thread_self ();

  /* Only who has the processor set may go so far; without it all stays as it
     was.  */
  if (get_privileged_ports (&host, NULL) == 0)
    {
      if (processor_set_default (mach_host_self (), &name) == 0)
	{
	  if (host_processor_set_priv (host, name, &set) == 0)
	    {
	      if (thread_max_priority (self, set, PRIORITY) == 0)
		thread_priority (self, PRIORITY, FALSE);
	      mach_port_deallocate (mach_task_self (), set);
	    }
	  mach_port_deallocate (mach_task_self (), name);
	}
      mach_port_deallocate (mach_task_self (), host);
    }
  mach_port_deallocate (mach_task_self (), self);
}
