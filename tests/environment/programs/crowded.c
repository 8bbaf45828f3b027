/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many clients of a port with room for one message, so that some of them always wait for
   room, the others for their answers; each request is answered once, with its number, and
   who asks to be told of interruptions is told of none.  */
#include <pthread.h>
#include "../mach.h"

#define CLIENTS	8
#define SERVERS	3

static mach_port_t port;

struct request
{
  mach_msg_header_t head;
  mach_msg_type_t type;
  unsigned int number;
};

static void *
serve (void *arg)
{
  struct { struct request r; char trailer[32]; } m;

  for (;;)
    {
      error_t err = mach_msg (&m.r.head, MACH_RCV_MSG, 0, sizeof m, port, 0,
			      MACH_PORT_NULL);
      if (err)
	return NULL;
      usleep (5000);
      m.r.head.msgh_bits
	= MACH_MSGH_BITS (MACH_MSGH_BITS_REMOTE (m.r.head.msgh_bits), 0);
      m.r.head.msgh_local_port = MACH_PORT_NULL;
      m.r.head.msgh_id = 700;
      m.r.number++;
      MUST (mach_msg (&m.r.head, MACH_SEND_MSG, sizeof m.r, 0, MACH_PORT_NULL,
		      0, MACH_PORT_NULL));
    }
}

static void *
ask (void *arg)
{
  struct { struct request r; char trailer[32]; } m;
  mach_port_t reply = mach_reply_port ();
  unsigned int first = (uintptr_t) arg << 24;
  mach_msg_option_t interrupt
    = (uintptr_t) arg & 1 ? MACH_RCV_INTERRUPT | MACH_SEND_INTERRUPT : 0;

  for (unsigned int n = first; env_going (); n += 2)
    {
      m.r = (struct request)
	{
	  .head.msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND,
					    MACH_MSG_TYPE_MAKE_SEND_ONCE),
	  .head.msgh_size = sizeof m.r,
	  .head.msgh_remote_port = port, .head.msgh_local_port = reply,
	  .head.msgh_id = 600,
	  .type = { .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32,
		    .msgt_number = 1, .msgt_inline = TRUE },
	  .number = n,
	};
      MUST (mach_msg (&m.r.head, MACH_SEND_MSG | MACH_RCV_MSG | interrupt,
		      sizeof m.r, sizeof m, reply, 0, MACH_PORT_NULL));
      CHECK (m.r.head.msgh_id == 700 && m.r.number == n + 1,
	     "the answer to %u is %u", n, m.r.number);
    }
  return NULL;
}

PROGRAM (crowded)
{
  pthread_t thread, client[CLIENTS];

  port = env_port ();
  MUST (mach_port_set_qlimit (mach_task_self (), port, 1));
  for (int i = 0; i < SERVERS; i++)
    CHECK (pthread_create (&thread, NULL, serve, NULL) == 0, "no thread");
  for (uintptr_t i = 0; i < CLIENTS; i++)
    CHECK (pthread_create (&client[i], NULL, ask, (void *) i) == 0,
	   "no thread");
  env_ready ();
  for (int i = 0; i < CLIENTS; i++)
    pthread_join (client[i], NULL);
}
