/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A set of ports with messages in some of them, and a thread that waits for one at
   another set.  */

#include <pthread.h>
#include "../mach.h"

static mach_port_t idle;

static void *
waiter (void *arg)
{
  struct env_message m;
  env_receive (idle, &m, 0);
  return (void *) (intptr_t) m.number;
}

static mach_port_t
set_of (mach_port_t *ports, int n)
{
  mach_port_t set;
  MUST (mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_PORT_SET,
			    &set));
  for (int i = 0; i < n; i++)
    {
      ports[i] = env_port ();
      MUST (mach_port_move_member (mach_task_self (), ports[i], set));
    }
  return set;
}

PROGRAM (port_set)
{
  mach_port_t ports[5], others[2], set = set_of (ports, 5);
  struct env_message m;
  pthread_t thread;
  void *number;
  int got[5] = { 0 };
  idle = set_of (others, 2);
  MUST (pthread_create (&thread, NULL, waiter, NULL));
  for (int i = 0; i < 5; i++)
    for (int j = 0; j < i; j++)
      MUST (env_send (&(struct env_send) { .to = ports[i], .id = 100 + i,
					   .number = j }));
  env_wait ();
  for (int i = 0; i < 10; i++)
    {
      MUST (env_receive (set, &m, 5000));
      int n = m.head.msgh_id - 100;
      CHECK (n > 0 && n < 5 && m.number == got[n]++, "%d of port %d", m.number,
	     n);
    }
  CHECK (env_receive (set, &m, 100) == MACH_RCV_TIMED_OUT, "one more");
  MUST (env_send (&(struct env_send) { .to = others[1], .number = 77 }));
  pthread_join (thread, &number);
  CHECK ((intptr_t) number == 77, "%d", (int) (intptr_t) number);
}
