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

struct with_memory
{
  mach_msg_header_t head;
  mach_msg_type_long_t type;
  char *memory;
  char trailer[64];
};

PROGRAM (large_message)
{
  struct with_memory o =
  {
    .type = { .msgtl_header = { .msgt_longform = TRUE },
	      .msgtl_name = MACH_MSG_TYPE_CHAR, .msgtl_size = 8,
	      .msgtl_number = SIZE }
  };
  static struct long_message m, got;
  mach_port_t box = env_port (), other = env_port ();
  char *memory = malloc (SIZE);
  env_pattern (memory, SIZE, 21);
  o.head.msgh_bits = MACH_MSGH_BITS_COMPLEX
		     | MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, 0);
  o.head.msgh_remote_port = box;
  o.memory = memory;
  MUST (mach_msg (&o.head, MACH_SEND_MSG, offsetof (struct with_memory, trailer),
		  0, MACH_PORT_NULL, 0, MACH_PORT_NULL));
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
  MUST (mach_msg (&o.head, MACH_RCV_MSG, 0, sizeof o, box, 0, MACH_PORT_NULL));
  CHECK (o.type.msgtl_number == SIZE && o.memory != memory
	 && env_is_pattern (o.memory, SIZE, 21), "the memory");
  MUST (mach_msg (&got.head, MACH_RCV_MSG | MACH_RCV_LARGE, 0, sizeof got,
		  other, 0, MACH_PORT_NULL));
  CHECK (env_is_pattern (got.data, sizeof got.data, 22), "the long one");
}
