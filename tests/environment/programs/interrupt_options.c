/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread that asks to be told when its receiving or sending is interrupted: a
   checkpoint or a restore is no such thing.  */

#include <pthread.h>
#include "../mach.h"

static mach_port_t full, empty;
static volatile int sent;

static void *
sender (void *arg)
{
  for (int i = 0; i < 12; i++)
    {
      MUST (env_send (&(struct env_send) { .to = full, .number = i,
					   .option = MACH_SEND_INTERRUPT }));
      sent++;
    }
  return NULL;
}

static void *
receiver (void *arg)
{
  struct env_message m;
  mach_msg_return_t mr
    = mach_msg (&m.head, MACH_RCV_MSG | MACH_RCV_INTERRUPT, 0, sizeof m, empty,
		0, MACH_PORT_NULL);
  CHECK (mr == 0, "%#x", mr);
  return (void *) (intptr_t) m.number;
}

PROGRAM (interrupt_options)
{
  pthread_t a, b;
  struct env_message m;
  void *number;
  full = env_port ();
  empty = env_port ();
  MUST (pthread_create (&a, NULL, sender, NULL));
  MUST (pthread_create (&b, NULL, receiver, NULL));
  sleep (1);
  env_wait ();
  CHECK (sent < 12, "%d", sent);
  for (int i = 0; i < 12; i++)
    env_expect (full, &m, i);
  CHECK (env_receive (full, &m, 200) == MACH_RCV_TIMED_OUT, "one twice");
  MUST (env_send (&(struct env_send) { .to = empty, .number = 5 }));
  pthread_join (a, NULL);
  pthread_join (b, &number);
  CHECK ((intptr_t) number == 5, "%d", (int) (intptr_t) number);
}
