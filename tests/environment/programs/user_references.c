/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a task holds a right: send rights and dead names.  */

#include "../mach.h"

PROGRAM (user_references)
{
  task_t self = mach_task_self ();
  mach_port_t port = env_port (), other = env_port (), dead;
  MUST (mach_port_mod_refs (self, port, MACH_PORT_RIGHT_SEND, 41));
  MUST (mach_port_mod_refs (self, other, MACH_PORT_RIGHT_SEND, 6));
  MUST (mach_port_mod_refs (self, other, MACH_PORT_RIGHT_RECEIVE, -1));
  MUST (mach_port_allocate (self, MACH_PORT_RIGHT_DEAD_NAME, &dead));
  MUST (mach_port_mod_refs (self, dead, MACH_PORT_RIGHT_DEAD_NAME, 2));
  env_wait ();
  CHECK (env_refs (port, MACH_PORT_RIGHT_SEND) == 42, "%u",
	 env_refs (port, MACH_PORT_RIGHT_SEND));
  CHECK (env_refs (other, MACH_PORT_RIGHT_DEAD_NAME) == 7, "%u",
	 env_refs (other, MACH_PORT_RIGHT_DEAD_NAME));
  CHECK (env_refs (dead, MACH_PORT_RIGHT_DEAD_NAME) == 3, "%u",
	 env_refs (dead, MACH_PORT_RIGHT_DEAD_NAME));
}
