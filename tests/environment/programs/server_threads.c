/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server in the environment: it holds some requests unanswered, with the reply
   rights in hand, others wait in its queue; the clients wait by mach_msg with and
   without the INTERRUPT options, with memory moved into their requests.  */

#include <pthread.h>
#include <sys/mman.h>
#include "../mach.h"

#define CLIENTS 8

static mach_port_t server;
static volatile int answered;

static void *
client (void *arg)
{
  int me = (int) (intptr_t) arg;
  mach_port_t reply = mach_reply_port ();
  struct
  {
    mach_msg_header_t head;
    mach_msg_type_t type;
    void *memory;
    char more[128];
  } m = { 0 };
  char *memory = mmap (NULL, 8192, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset (memory, me, 8192);
  m.head.msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND,
				     MACH_MSG_TYPE_MAKE_SEND_ONCE)
		     | MACH_MSGH_BITS_COMPLEX;
  m.head.msgh_remote_port = server;
  m.head.msgh_local_port = reply;
  m.head.msgh_id = 100 + me;
  m.head.msgh_size = sizeof m.head + 8;
  m.type = (mach_msg_type_t) { .msgt_name = MACH_MSG_TYPE_CHAR, .msgt_size = 8,
			       .msgt_number = 4000, .msgt_deallocate = TRUE };
  m.type.msgt_number = 4000;
  m.memory = memory;
  mach_msg_option_t interrupt
    = me & 1 ? MACH_RCV_INTERRUPT | MACH_SEND_INTERRUPT : 0;
  MUST (mach_msg (&m.head, MACH_SEND_MSG | MACH_RCV_MSG | interrupt,
		  m.head.msgh_size, sizeof m, reply, 0, MACH_PORT_NULL));
  CHECK (m.head.msgh_id == 200 + me, "%d: %d", me, m.head.msgh_id);
  __atomic_add_fetch (&answered, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

PROGRAM (server_threads)
{
  pthread_t threads[CLIENTS];
  union
  {
    mach_msg_header_t head;
    struct { mach_msg_header_t head; mach_msg_type_t type; char *memory; } body;
    char room[256];
  } m;
  mach_port_t replies[CLIENTS];
  int ids[CLIENTS];
  server = env_port ();
  for (intptr_t i = 0; i < CLIENTS; i++)
    MUST (pthread_create (&threads[i], NULL, client, (void *) i));
  for (int i = 0; i < CLIENTS; i++)
    {
      if (i == CLIENTS / 2)
	env_wait ();
      MUST (mach_msg (&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m,
		      server, 20000, MACH_PORT_NULL));
      ids[i] = m.head.msgh_id;
      CHECK (m.body.memory[3999] == ids[i] - 100, "%d", m.body.memory[3999]);
      replies[i] = m.head.msgh_remote_port;
    }
  CHECK (answered == 0, "%d", answered);
  for (int i = CLIENTS - 1; i >= 0; i--)
    {
      mach_msg_header_t h = { 0 };
      h.msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_MOVE_SEND_ONCE, 0);
      h.msgh_remote_port = replies[i];
      h.msgh_id = ids[i] + 100;
      MUST (mach_msg (&h, MACH_SEND_MSG, sizeof h, 0, MACH_PORT_NULL, 0,
		      MACH_PORT_NULL));
    }
  for (int i = 0; i < CLIENTS; i++)
    pthread_join (threads[i], NULL);
  CHECK (mach_msg (&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m,
		   server, 200, MACH_PORT_NULL) == MACH_RCV_TIMED_OUT,
	 "a request came twice");
}
