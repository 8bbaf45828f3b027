/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A port that is taken from a task with its queue and put back under its name:
   messages, their order, and others' rights to it stay; what is reset is set
   again.  */

#include "module.h"

#define MESSAGES	5

struct message
{
  mach_msg_header_t head;
  char room[64];
};

static error_t
send (mach_port_t to, int id)
{
  mach_msg_header_t m =
    {
      .msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, 0),
      .msgh_size = sizeof m, .msgh_remote_port = to, .msgh_id = id
    };
  return mach_msg (&m, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof m, 0,
		   MACH_PORT_NULL, 100, MACH_PORT_NULL);
}

static error_t
receive (mach_port_t from, struct message *m)
{
  return mach_msg (&m->head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof *m,
		   from, 100, MACH_PORT_NULL);
}

int
main (int argc, char **argv)
{
  mach_port_t port, mine = MACH_PORT_NULL;
  mach_msg_type_name_t type;
  struct mach_port_status status;
  mach_msg_type_number_t size;
  struct message m;
  bool order = true;
  task_t other;

  module_begin (argc, argv);
  module_must (task_create (mach_task_self (), FALSE, &other), "task");
  module_must (mach_port_allocate_name (other, MACH_PORT_RIGHT_RECEIVE, 0x1234),
	       "name");
  module_must (mach_port_extract_right (other, 0x1234, MACH_MSG_TYPE_MAKE_SEND,
					&port, &type), "send right");
  for (int i = 0; i < MESSAGES; i++)
    module_must (send (port, 100 + i), "send");
  module_check (send (port, 200) == MACH_SEND_TIMED_OUT, "the queue is full");

  module_must (mach_port_extract_right (other, 0x1234,
					MACH_MSG_TYPE_MOVE_RECEIVE, &mine,
					&type), "take");
  module_check (mine == port, "the right has the name that the task knew");
  module_must (mach_port_get_receive_status (mach_task_self (), mine, &status),
	       "status");
  module_check (status.mps_msgcount == MESSAGES, "the queue comes along");
  for (int i = 0; i < MESSAGES; i++)
    order &= receive (mine, &m) == 0 && m.head.msgh_id == 100 + i;
  module_check (order, "in its order");
  module_must (mach_port_set_qlimit (mach_task_self (), mine,
				     MACH_PORT_QLIMIT_MAX), "limit");
  for (int i = 0; i < MESSAGES; i++)
    module_must (send (mine, 100 + i), "send again");
  module_must (mach_port_insert_right (other, 0x1234, mine,
				       MACH_MSG_TYPE_MOVE_RECEIVE), "put back");
  module_must (mach_port_get_receive_status (other, 0x1234, &status), "status");
  module_check (status.mps_msgcount == MESSAGES
		&& status.mps_qlimit == MACH_PORT_QLIMIT_MAX,
		"queue and limit are there again");
  module_check (status.mps_seqno == 0, "the sequence number is reset");
  module_check (send (port, 300) == 0, "the old send right still leads there");
  module_check (mach_port_insert_right (other, 0x1234, module_console,
					MACH_MSG_TYPE_COPY_SEND)
		== KERN_NAME_EXISTS, "a name is taken once");
  size = sizeof m;
  module_check (size > 0 && task_terminate (other) == 0, "end");
  module_leave ();
}
