/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads that are stuck sending to a full queue, with rights and memory, by plain
   mach_msg with MACH_SEND_INTERRUPT, too.  All messages come, once, in the order
   of each sender.  */

#include <pthread.h>
#include "../mach.h"

#define SENDERS 3
#define EACH 6

static mach_port_t box, other;
static volatile int done;

static void *
sender (void *arg)
{
  int me = (int) (intptr_t) arg;
  char memory[100];
  memset (memory, me, sizeof memory);
  for (int i = 0; i < EACH; i++)
    MUST (env_send (&(struct env_send) { .to = box, .number = me * 100 + i,
	   .option = me == 1 ? MACH_SEND_INTERRUPT : 0,
	   .rights_type = me ? MACH_MSG_TYPE_MAKE_SEND : 0,
	   .rights = { other }, .memory = me == 2 ? memory : NULL,
	   .size = sizeof memory }));
  __atomic_add_fetch (&done, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

PROGRAM (full_queue)
{
  pthread_t threads[SENDERS];
  int next[SENDERS] = { 0 };
  box = env_port ();
  other = env_port ();
  for (intptr_t i = 0; i < SENDERS; i++)
    MUST (pthread_create (&threads[i], NULL, sender, (void *) i));
  sleep (1);
  env_wait ();
  CHECK (done == 0, "%d", done);
  for (int i = 0; i < SENDERS * EACH; i++)
    {
      struct env_message m;
      MUST (env_receive (box, &m, 20000));
      int who = m.number / 100;
      CHECK (who < SENDERS && m.number == who * 100 + next[who], "%d, next %d",
	     m.number, who < SENDERS ? next[who] : -1);
      next[who]++;
      if (who)
	CHECK (m.rights[0] == other, "%#x", m.rights[0]);
      if (who == 2)
	CHECK (((char *) m.memory)[99] == 2, "%d", ((char *) m.memory)[99]);
    }
  for (int i = 0; i < SENDERS; i++)
    pthread_join (threads[i], NULL);
  struct env_message m;
  CHECK (env_receive (box, &m, 200) == MACH_RCV_TIMED_OUT, "one more");
}
