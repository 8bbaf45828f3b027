/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message with a megabyte out of line, and one too long for a receiver that has
   been told so.  */

#include "../mach.h"

#define SIZE (1024 * 1024)

struct long_message
{
  mach_msg_header_t head;
  mach_msg_type_t type;
  char data[20000];
};

PROGRAM (large_message)
{
  static struct long_message m, got;
  mach_port_t box = env_port (), other = env_port ();
  struct env_message e;
  char *memory = malloc (SIZE);
  env_pattern (memory, SIZE, 21);
  MUST (env_send (&(struct env_send) { .to = box, .number = 1, .memory = memory,
				       .size = SIZE }));
  m.head.msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, 0);
  m.head.msgh_remote_port = other;
  m.head.msgh_size = sizeof m;
  m.type = (mach_msg_type_t) { .msgt_name = MACH_MSG_TYPE_CHAR, .msgt_size = 8,
			       .msgt_number = 4000, .msgt_inline = TRUE };
  env_pattern (m.data, sizeof m.data, 22);
  MUST (mach_msg (&m.head, MACH_SEND_MSG, sizeof m, 0, MACH_PORT_NULL, 0,
		  MACH_PORT_NULL));
  mach_msg_return_t mr
    = mach_msg (&got.head, MACH_RCV_MSG | MACH_RCV_LARGE, 0, 1000, other, 0,
		MACH_PORT_NULL);
  CHECK (mr == MACH_RCV_TOO_LARGE && got.head.msgh_size == sizeof m, "%#x", mr);
  env_wait ();
  env_expect (box, &e, 1);
  CHECK (env_is_pattern (e.memory, SIZE, 21), "the memory");
  MUST (mach_msg (&got.head, MACH_RCV_MSG | MACH_RCV_LARGE, 0, sizeof got,
		  other, 0, MACH_PORT_NULL));
  CHECK (env_is_pattern (got.data, sizeof got.data, 22), "the long one");
}
