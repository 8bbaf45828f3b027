/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rights of all kinds under their names, with their user references; names that
   the program has chosen; the status of a port.  */

#include "../mach.h"

PROGRAM (port_names)
{
  task_t self = mach_task_self ();
  mach_port_t a = env_port (), set, once, dead = env_port ();
  mach_port_t chosen = 0x123456;
  mach_port_status_t status;
  mach_msg_type_name_t type;
  MUST (mach_port_mod_refs (self, a, MACH_PORT_RIGHT_SEND, 6));
  MUST (mach_port_allocate_name (self, MACH_PORT_RIGHT_RECEIVE, chosen));
  MUST (mach_port_allocate (self, MACH_PORT_RIGHT_PORT_SET, &set));
  MUST (mach_port_move_member (self, a, set));
  MUST (mach_port_set_qlimit (self, a, 3));
  MUST (mach_port_set_seqno (self, a, 77));
  MUST (mach_port_set_mscount (self, a, 99));
  MUST (mach_port_extract_right (self, a, MACH_MSG_TYPE_MAKE_SEND_ONCE, &once,
				 &type));
  MUST (mach_port_mod_refs (self, dead, MACH_PORT_RIGHT_SEND, 2));
  MUST (mach_port_mod_refs (self, dead, MACH_PORT_RIGHT_RECEIVE, -1));
  env_wait ();
  CHECK (env_type (a) == MACH_PORT_TYPE_SEND_RECEIVE, "%#x", env_type (a));
  CHECK (env_refs (a, MACH_PORT_RIGHT_SEND) == 7, "%u",
	 env_refs (a, MACH_PORT_RIGHT_SEND));
  CHECK (env_type (chosen) == MACH_PORT_TYPE_RECEIVE, "%#x",
	 env_type (chosen));
  CHECK (env_type (set) == MACH_PORT_TYPE_PORT_SET, "%#x", env_type (set));
  CHECK (env_type (once) == MACH_PORT_TYPE_SEND_ONCE, "%#x", env_type (once));
  CHECK (env_type (dead) == MACH_PORT_TYPE_DEAD_NAME, "%#x", env_type (dead));
  CHECK (env_refs (dead, MACH_PORT_RIGHT_DEAD_NAME) == 3, "%u",
	 env_refs (dead, MACH_PORT_RIGHT_DEAD_NAME));
  MUST (mach_port_get_receive_status (self, a, &status));
  CHECK (status.mps_pset == set && status.mps_seqno == 77
	 && status.mps_mscount == 99 && status.mps_qlimit == 3
	 && status.mps_sorights == 1 && status.mps_srights,
	 "%u %u %u %u %u %d", status.mps_pset, status.mps_seqno,
	 status.mps_mscount, status.mps_qlimit, status.mps_sorights,
	 status.mps_srights);
  struct env_message m;
  MUST (env_send (&(struct env_send) { .to = once, .number = 5,
			 .how = MACH_MSG_TYPE_MOVE_SEND_ONCE }));
  env_expect (set, &m, 5);
  CHECK (m.head.msgh_local_port == a && m.head.msgh_seqno == 77, "%u %u",
	 m.head.msgh_local_port, m.head.msgh_seqno);
}
