/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages for the programs that speak Mach.  */

#include "mach.h"

mach_port_t
env_port (void)
{
  mach_port_t port;
  MUST (mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE,
			    &port));
  MUST (mach_port_insert_right (mach_task_self (), port, port,
				MACH_MSG_TYPE_MAKE_SEND));
  return port;
}

error_t
env_send (const struct env_send *s)
{
  static const mach_msg_type_t number
    = { .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32,
	.msgt_number = 1, .msgt_inline = TRUE };
  struct env_message m = { .number_type = number, .number = s->number };
  mach_port_t array[4];

  m.head.msgh_bits
    = MACH_MSGH_BITS (s->how ? s->how : MACH_MSG_TYPE_COPY_SEND,
		      s->reply ? s->reply_type : 0)
      | (s->rights_type || s->memory ? MACH_MSGH_BITS_COMPLEX : 0);
  m.head.msgh_remote_port = s->to;
  m.head.msgh_local_port = s->reply;
  m.head.msgh_id = s->id;
  m.rights_type = (mach_msg_type_t) { .msgt_name = s->rights_type
				      ? s->rights_type
				      : MACH_MSG_TYPE_INTEGER_32,
				      .msgt_size = 32, .msgt_number = 4,
				      .msgt_inline = !s->out_of_line };
  memcpy (m.rights, s->rights, sizeof m.rights);
  if (s->out_of_line)
    {
      memcpy (array, s->rights, sizeof array);
      m.rights[0] = (mach_port_t) (uintptr_t) array;
      /* The pointer is all there is: the rest moves up.  */
      memcpy (&m.rights[1], &(mach_msg_type_t)
	      { .msgt_name = MACH_MSG_TYPE_CHAR, .msgt_size = 8,
		.msgt_number = s->size, .msgt_inline = FALSE }, 4);
      m.rights[2] = (mach_port_t) (uintptr_t) s->memory;
      m.head.msgh_size = offsetof (struct env_message, rights) + 12;
    }
  else
    {
      m.memory_type = (mach_msg_type_t) { .msgt_name = MACH_MSG_TYPE_CHAR,
					  .msgt_size = 8,
					  .msgt_inline = FALSE };
      m.memory_type.msgt_number = s->size;
      m.memory = s->memory;
      m.head.msgh_size = offsetof (struct env_message, memory_type)
			 + (s->memory ? 8 : 0);
    }
  return mach_msg (&m.head, MACH_SEND_MSG | s->option, m.head.msgh_size, 0,
		   MACH_PORT_NULL, s->timeout, MACH_PORT_NULL);
}

error_t
env_receive (mach_port_t from, struct env_message *m,
	     mach_msg_timeout_t timeout)
{
  memset (m, 0, sizeof *m);
  error_t err = mach_msg (&m->head, MACH_RCV_MSG
			  | (timeout ? MACH_RCV_TIMEOUT : 0), 0, sizeof *m,
			  from, timeout, MACH_PORT_NULL);
  if (err == 0 && !m->rights_type.msgt_inline)
    {
      /* Put memory where it is when the rights are inline.  */
      uint32_t *words = (uint32_t *) m->rights;
      memcpy (&m->memory_type, &words[1], 4);
      memcpy (&m->memory, &words[2], 4);
    }
  return err;
}

void
env_expect (mach_port_t from, struct env_message *m, int number)
{
  error_t err = env_receive (from, m, 20000);
  CHECK (err == 0, "message %d: %s", number, strerror (err));
  CHECK (m->number == number, "%d instead of %d", m->number, number);
}

mach_port_t *
env_rights (struct env_message *m)
{
  return (m->rights_type.msgt_inline ? m->rights
	  : (mach_port_t *) (uintptr_t) m->rights[0]);
}

mach_port_urefs_t
env_refs (mach_port_t name, mach_port_right_t right)
{
  mach_port_urefs_t refs = 0;
  if (mach_port_get_refs (mach_task_self (), name, right, &refs))
    return 0;
  return refs;
}

mach_port_type_t
env_type (mach_port_t name)
{
  mach_port_type_t type = 0;
  mach_port_type (mach_task_self (), name, &type);
  return type;
}
