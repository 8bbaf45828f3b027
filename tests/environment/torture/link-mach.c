/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links of Mach messages.  Each has memory out of line, the receive right of a port
   in whose queue there is another message already, and now and then a send-once
   right through which it is answered.  The sender keeps a send right to each port
   that it has given away, and looks whether it dies when the receiver ends it.  */

#include <hurd.h>
#include <mach.h>
#include <string.h>
#include "torture.h"

#define RECEIVE_NAME	0x50000U /* Plus the number of the link.  */
#define SEND_NAME	0x60000U
#define KEPT		8	/* Ports given away whose death is waited for.  */
#define ANSWER_EVERY	4

struct inner
{
  mach_msg_header_t head;
  mach_msg_type_t type;
  uint32_t seq;
  char trailer[32];
};

struct outer
{
  mach_msg_header_t head;
  mach_msg_type_t type;
  uint32_t seq, last;
  mach_msg_type_t port_type;
  mach_port_t port;
  mach_msg_type_long_t memory_type;
  void *memory;
  char trailer[32];
};

static const mach_msg_type_t two_words =
  {
    .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32, .msgt_number = 2,
    .msgt_inline = TRUE,
  };

void
mach_prepare (struct link *l)
{
  error_t err = mach_port_allocate_name (mach_task_self (),
					 MACH_PORT_RIGHT_RECEIVE,
					 RECEIVE_NAME + (l - ledger->link));
  if (err)
    torture_fail (l, "mach_port_allocate_name: %s", strerror (err));
}

void
mach_wire (struct link *l)
{
  mach_port_t n = l - ledger->link, right;
  mach_msg_type_name_t type;
  task_t receiver = pid2task (ledger->pid[l->to]);
  task_t sender = pid2task (ledger->pid[l->from]);
  error_t err = mach_port_extract_right (receiver, RECEIVE_NAME + n,
					 MACH_MSG_TYPE_MAKE_SEND, &right, &type);
  if (err == 0)
    err = mach_port_insert_right (sender, SEND_NAME + n, right, type);
  if (err)
    torture_fail (l, "wiring: %s", strerror (err));
  mach_port_deallocate (mach_task_self (), receiver);
  mach_port_deallocate (mach_task_self (), sender);
}

/* Send SEQ to PORT, or an answer with a right of TYPE.  */
static error_t
send_inner (mach_port_t port, mach_msg_type_name_t type, uint32_t seq)
{
  struct inner m =
    {
      .head.msgh_bits = MACH_MSGH_BITS (type, 0),
      .head.msgh_size = offsetof (struct inner, trailer),
      .head.msgh_remote_port = port, .head.msgh_id = 1000,
      .type = two_words, .seq = seq,
    };
  m.type.msgt_number = 1;
  return mach_msg (&m.head, MACH_SEND_MSG, m.head.msgh_size, 0, MACH_PORT_NULL,
		   MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}

static bool
receive_inner (struct link *l, mach_port_t port, uint32_t seq, const char *what)
{
  struct inner m;
  error_t err = mach_msg (&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m,
			  port, 200000, MACH_PORT_NULL);
  if (err)
    torture_fail (l, "%s %u: %s", what, seq, strerror (err));
  else if (m.seq != seq)
    torture_fail (l, "%s %u instead of %u", what, m.seq, seq);
  return err == 0 && m.seq == seq;
}

/* A new port with a message in its queue, to give away; we have a send right, which
   has the same name.  */
static mach_port_t
new_port (struct link *l, uint32_t seq)
{
  mach_port_t port;
  error_t err = mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE,
				    &port);
  if (err == 0)
    err = mach_port_insert_right (mach_task_self (), port, port,
				  MACH_MSG_TYPE_MAKE_SEND);
  if (err == 0)
    err = send_inner (port, MACH_MSG_TYPE_COPY_SEND, seq);
  if (err)
    torture_fail (l, "a new port: %s", strerror (err));
  return port;
}

/* The send right PORT leads to a port that the receiver has ended.  */
static void
check_dead (struct link *l, mach_port_t port)
{
  mach_port_type_t type = 0;
  error_t err = mach_port_type (mach_task_self (), port, &type);
  if (err || !(type & MACH_PORT_TYPE_DEAD_NAME))
    torture_fail (l, "a port that was ended: %s, type %#x",
		  err ? strerror (err) : "there", type);
  mach_port_deallocate (mach_task_self (), port);
}

void
mach_send (struct link *l)
{
  static const mach_msg_type_t a_port =
    {
      .msgt_name = MACH_MSG_TYPE_MOVE_RECEIVE, .msgt_size = 32,
      .msgt_number = 1, .msgt_inline = TRUE,
    };
  mach_port_t kept[KEPT] = { 0 }, answers = MACH_PORT_NULL;
  uint8_t data[4 * PAYLOAD_MAX];
  bool more = true;

  mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE, &answers);
  while (more && !torture_failed ())
    {
      more = torture_next (l);
      uint32_t seq = l->sent + 1;
      bool answer = seq % ANSWER_EVERY == 0;
      struct outer m =
	{
	  .head.msgh_bits = MACH_MSGH_BITS_COMPLEX
	    | MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND,
			      answer ? MACH_MSG_TYPE_MAKE_SEND_ONCE : 0),
	  .head.msgh_size = offsetof (struct outer, trailer),
	  .head.msgh_remote_port = SEND_NAME + (l - ledger->link),
	  .head.msgh_local_port = answer ? answers : MACH_PORT_NULL,
	  .head.msgh_id = 2000,
	  .type = two_words, .seq = seq, .last = !more,
	  .port_type = a_port, .port = new_port (l, seq),
	  .memory_type.msgtl_header = { .msgt_longform = TRUE },
	  .memory_type.msgtl_name = MACH_MSG_TYPE_BYTE,
	  .memory_type.msgtl_size = 8,
	  .memory_type.msgtl_number = torture_payload (l, seq, data, sizeof data),
	  .memory = data,
	};
      l->sent = seq;
      mach_port_t port = m.port;
      error_t err = mach_msg (&m.head, MACH_SEND_MSG, m.head.msgh_size, 0,
			      MACH_PORT_NULL, MACH_MSG_TIMEOUT_NONE,
			      MACH_PORT_NULL);
      if (err)
	{
	  torture_fail (l, "sending %u: %s", seq, strerror (err));
	  return;
	}
      if (answer && !receive_inner (l, answers, seq, "answer"))
	return;
      /* When the answer to number SEQ is here, all before it have been dealt
	 with.  */
      if (answer)
	for (int i = 0; i < KEPT; i++)
	  if (kept[i])
	    {
	      check_dead (l, kept[i]);
	      kept[i] = MACH_PORT_NULL;
	    }
      kept[seq % KEPT] = port;
    }
}

void
mach_receive (struct link *l)
{
  _Alignas (uint32_t) uint8_t expected[4 * PAYLOAD_MAX];
  struct outer m = { .last = 0 };

  while (!m.last && !torture_failed ())
    {
      uint32_t seq = l->received + 1;
      size_t len = torture_payload (l, seq, expected, sizeof expected);
      torture_busy (l);
      error_t err = mach_msg (&m.head, MACH_RCV_MSG, 0, sizeof m,
			      RECEIVE_NAME + (l - ledger->link),
			      MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
      if (err)
	{
	  torture_fail (l, "receiving %u: %s", seq, strerror (err));
	  return;
	}
      if (m.seq != seq || m.memory_type.msgtl_number != len)
	{
	  torture_fail (l, "message %u, %u bytes, instead of %u, %zu bytes", m.seq,
			m.memory_type.msgtl_number, seq, len);
	  return;
	}
      if (memcmp (m.memory, expected, len)
	  && torture_same (l, seq, m.memory, sizeof expected))
	torture_fail (l, "what message %u should be was wrong here", seq);
      vm_deallocate (mach_task_self (), (vm_address_t) m.memory, len);
      if (!receive_inner (l, m.port, seq, "inner message"))
	return;
      mach_port_mod_refs (mach_task_self (), m.port, MACH_PORT_RIGHT_RECEIVE,
			  -1);
      torture_got (l, seq);
      if (MACH_PORT_VALID (m.head.msgh_remote_port))
	err = send_inner (m.head.msgh_remote_port, MACH_MSG_TYPE_MOVE_SEND_ONCE,
			  seq);
      if (err)
	torture_fail (l, "answering %u: %s", seq, strerror (err));
    }
  l->ended = m.last;
}
