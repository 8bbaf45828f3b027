/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in queues, in their order: plain, with memory, with rights of all
   kinds inline and out of line, dead ones, by a send-once right, more of them
   than the queue's limit.  */

#include "../mach.h"

#define SIZE 4000

PROGRAM (queued)
{
  task_t self = mach_task_self ();
  mach_port_t box = env_port (), other = env_port (), once;
  mach_msg_type_name_t type;
  char *memory = malloc (SIZE);
  struct env_message m;
  env_pattern (memory, SIZE, 9);
  MUST (mach_port_extract_right (self, other, MACH_MSG_TYPE_MAKE_SEND_ONCE,
				 &once, &type));
  MUST (env_send (&(struct env_send) { .to = box, .number = 1, .id = 10 }));
  MUST (env_send (&(struct env_send) { .to = box, .number = 2,
	 .memory = memory, .size = SIZE }));
  MUST (env_send (&(struct env_send) { .to = box, .number = 3,
	 .rights_type = MACH_MSG_TYPE_MAKE_SEND,
	 .rights = { other, box, MACH_PORT_NULL, MACH_PORT_DEAD } }));
  MUST (env_send (&(struct env_send) { .to = box, .number = 4,
	 .out_of_line = true, .memory = memory, .size = SIZE,
	 .rights_type = MACH_MSG_TYPE_COPY_SEND,
	 .rights = { other, self, other, MACH_PORT_NULL } }));
  MUST (env_send (&(struct env_send) { .to = box, .number = 5,
	 .rights_type = MACH_MSG_TYPE_MOVE_SEND_ONCE, .rights = { once },
	 .reply = other, .reply_type = MACH_MSG_TYPE_MAKE_SEND_ONCE }));
  MUST (mach_port_extract_right (self, box, MACH_MSG_TYPE_MAKE_SEND_ONCE,
				 &once, &type));
  MUST (env_send (&(struct env_send) { .to = once, .number = 6,
	 .how = MACH_MSG_TYPE_MOVE_SEND_ONCE }));
  env_wait ();
  env_expect (box, &m, 1);
  CHECK (m.head.msgh_id == 10, "%d", m.head.msgh_id);
  env_expect (box, &m, 2);
  CHECK (m.memory_type.msgt_number == SIZE
	 && env_is_pattern (m.memory, SIZE, 9), "the memory");
  env_expect (box, &m, 3);
  CHECK (m.rights[0] == other && m.rights[1] == box && m.rights[2] == 0
	 && m.rights[3] == MACH_PORT_DEAD, "%#x %#x %#x %#x", m.rights[0],
	 m.rights[1], m.rights[2], m.rights[3]);
  env_expect (box, &m, 4);
  mach_port_t *rights = env_rights (&m);
  CHECK (rights[0] == other && rights[1] == self && rights[2] == other
	 && rights[3] == 0, "%#x %#x %#x", rights[0], rights[1], rights[2]);
  CHECK (env_is_pattern (m.memory, SIZE, 9), "the second memory");
  env_expect (box, &m, 5);
  struct env_message n;
  MUST (env_send (&(struct env_send) { .to = m.rights[0], .number = 55,
	 .how = MACH_MSG_TYPE_MOVE_SEND_ONCE }));
  MUST (env_send (&(struct env_send) { .to = m.head.msgh_remote_port,
	 .number = 56, .how = MACH_MSG_TYPE_MOVE_SEND_ONCE }));
  env_expect (other, &n, 55);
  env_expect (other, &n, 56);
  env_expect (box, &m, 6);
  CHECK (env_receive (box, &m, 100) == MACH_RCV_TIMED_OUT, "one more");
  CHECK (env_refs (other, MACH_PORT_RIGHT_SEND) == 4, "%u",
	 env_refs (other, MACH_PORT_RIGHT_SEND));
}
