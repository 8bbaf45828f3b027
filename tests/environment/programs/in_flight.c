/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receive rights in messages: of a port that has a queue itself, with a message
   that carries a receive right of a port that has a queue.  Others hold send
   rights to them; one has a request for no senders.  */

#include "../mach.h"

PROGRAM (in_flight)
{
  task_t self = mach_task_self ();
  mach_port_t box = env_port (), first = env_port (), second = env_port ();
  mach_port_t third = env_port (), notify = env_port (), previous;
  struct env_message m;
  MUST (env_send (&(struct env_send) { .to = second, .number = 21 }));
  MUST (env_send (&(struct env_send) { .to = second, .number = 22 }));
  MUST (env_send (&(struct env_send) { .to = first, .number = 11 }));
  MUST (env_send (&(struct env_send) { .to = first, .number = 12,
	 .rights_type = MACH_MSG_TYPE_MOVE_RECEIVE, .rights = { second } }));
  MUST (mach_port_request_notification (self, third, MACH_NOTIFY_NO_SENDERS, 1,
					notify, MACH_MSG_TYPE_MAKE_SEND_ONCE,
					&previous));
  MUST (env_send (&(struct env_send) { .to = box, .number = 1,
	 .rights_type = MACH_MSG_TYPE_MOVE_RECEIVE,
	 .rights = { first, third } }));
  MUST (env_send (&(struct env_send) { .to = first, .number = 13 }));
  env_wait ();
  CHECK (env_type (first) == MACH_PORT_TYPE_SEND
	 && env_type (second) == MACH_PORT_TYPE_SEND, "%#x %#x",
	 env_type (first), env_type (second));
  MUST (env_send (&(struct env_send) { .to = second, .number = 23 }));
  env_expect (box, &m, 1);
  CHECK (m.rights[0] == first, "%#x", m.rights[0]);
  CHECK (m.rights[1] == third, "%#x", m.rights[1]);
  env_expect (first, &m, 11);
  env_expect (first, &m, 12);
  CHECK (m.rights[0] == second, "%#x", m.rights[0]);
  env_expect (first, &m, 13);
  for (int i = 21; i <= 23; i++)
    env_expect (second, &m, i);
  union { mach_msg_header_t head; char room[256]; } n;
  MUST (mach_port_deallocate (self, third));
  MUST (mach_msg (&n.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof n, notify,
		  10000, MACH_PORT_NULL));
  CHECK (n.head.msgh_id == MACH_NOTIFY_NO_SENDERS, "%d", n.head.msgh_id);
}
