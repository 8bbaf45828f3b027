/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A receive right in a message, with a message in its queue that has the next
   receive right, and so on.  */

#include "../mach.h"

#define DEPTH 6

PROGRAM (recursive_rights)
{
  task_t self = mach_task_self ();
  mach_port_t ports[DEPTH], first = env_port ();
  struct env_message m;
  for (int i = 0; i < DEPTH; i++)
    ports[i] = env_port ();
  for (int i = DEPTH - 1; i >= 0; i--)
    {
      struct env_send s = { .to = i ? ports[i - 1] : first, .number = i,
			    .rights_type = MACH_MSG_TYPE_MOVE_RECEIVE,
			    .rights = { ports[i] } };
      MUST (env_send (&s));
    }
  env_wait ();
  mach_port_t from = first;
  for (int i = 0; i < DEPTH; i++)
    {
      env_expect (from, &m, i);
      from = env_rights (&m)[0];
      CHECK (env_type (from) & MACH_PORT_TYPE_RECEIVE, "%#x", env_type (from));
      CHECK (env_type (ports[i]) & MACH_PORT_TYPE_SEND, "%#x",
	     env_type (ports[i]));
      MUST (env_send (&(struct env_send) { .to = ports[i], .number = 50 + i }));
      if (i == DEPTH - 1)
	env_expect (from, &m, 50 + i);
    }
  MUST (mach_port_mod_refs (self, first, MACH_PORT_RIGHT_RECEIVE, -1));
}
