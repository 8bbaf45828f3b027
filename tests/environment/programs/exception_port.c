/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A task whose exceptions go to a thread of its own, one of them taken from the
   port and not answered, another one still in its queue.  The answers come
   after the kill; each handler runs once.  */

#include <mach.h>
#include <pthread.h>
#include "../env.h"

static volatile int caught[2], skipped[2];
static mach_port_t port;

struct request
{
  mach_msg_header_t head;
  mach_msg_type_t thread_type;
  mach_port_t thread;
  mach_msg_type_t task_type;
  mach_port_t task;
  mach_msg_type_t numbers_type;
  int number, code;
  mach_msg_type_t subcode_type;
  int subcode;
  char more[64];
};

struct answer
{
  mach_msg_header_t head;
  mach_msg_type_t type;
  kern_return_t code;
};

static void *
fault (void *arg)
{
  int n = (int) (intptr_t) arg;
  uint32_t *nowhere = (uint32_t *) (0x1000 + 16 * n);
  mach_port_t self = mach_thread_self ();
  thread_set_special_port (self, THREAD_EXCEPTION_PORT, port);
  /* The handler lets it go on two bytes further.  */
  __asm__ volatile ("movl %%eax, (%0)" : : "r" (nowhere) : "memory");
  skipped[n]++;
  return NULL;
}

static void
receive (struct request *r, int n)
{
  memset (r, 0, sizeof *r);
  MUST (mach_msg (&r->head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof *r, port,
		  20000, MACH_PORT_NULL));
  CHECK (r->head.msgh_id == 2400, "%d", r->head.msgh_id);
  caught[n]++;
}

static void
answer (struct request *r)
{
  struct i386_thread_state state;
  mach_msg_type_number_t n = i386_THREAD_STATE_COUNT;
  MUST (thread_get_state (r->thread, i386_REGS_SEGS_STATE,
			  (thread_state_t) &state, &n));
  state.eip += 2;
  MUST (thread_set_state (r->thread, i386_REGS_SEGS_STATE,
			  (thread_state_t) &state, n));
  struct answer a =
  {
    .head = { .msgh_bits
	      = MACH_MSGH_BITS (MACH_MSGH_BITS_REMOTE (r->head.msgh_bits), 0),
	      .msgh_size = sizeof a,
	      .msgh_remote_port = r->head.msgh_remote_port,
	      .msgh_id = r->head.msgh_id + 100 },
    .type = { .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32,
	      .msgt_number = 1, .msgt_inline = TRUE },
    .code = 0,
  };
  MUST (mach_msg (&a.head, MACH_SEND_MSG, sizeof a, 0, MACH_PORT_NULL, 0,
		  MACH_PORT_NULL));
}

PROGRAM (exception_port)
{
  struct request first, second;
  pthread_t threads[2];
  MUST (mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE,
			    &port));
  MUST (mach_port_insert_right (mach_task_self (), port, port,
				MACH_MSG_TYPE_MAKE_SEND));
  MUST (pthread_create (&threads[0], NULL, fault, (void *) 0));
  receive (&first, 0);
  MUST (pthread_create (&threads[1], NULL, fault, (void *) 1));
  sleep (1);
  env_wait ();
  CHECK (skipped[0] == 0 && skipped[1] == 0, "%d %d", skipped[0], skipped[1]);
  receive (&second, 1);
  answer (&second);
  answer (&first);
  pthread_join (threads[0], NULL);
  pthread_join (threads[1], NULL);
  CHECK (skipped[0] == 1 && skipped[1] == 1, "%d %d", skipped[0], skipped[1]);
  struct request again;
  CHECK (mach_msg (&again.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0,
		   sizeof again, port, 500, MACH_PORT_NULL)
	 == MACH_RCV_TIMED_OUT, "one more exception");
}
