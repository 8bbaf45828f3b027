/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a thread that waits is left where it is: its timeout runs on while the
   task stands still, and a sleep is not cut short; an abort changes both.  */

#include "module.h"

#define WAIT	600
#define NEAR(ms, wanted) ((ms) > (wanted) - 40 && (ms) < (wanted) + 150)

static mach_port_t port;
static volatile double took;
static volatile bool done, sleeps;
static volatile thread_t waiting;

/* What is stopped: a thread of this task stands for a task of its own.  */
static void *
waiter (void *arg)
{
  mach_msg_header_t m;
  double begun = module_ms ();

  waiting = mach_thread_self ();
  if (sleeps)
    thread_switch (MACH_PORT_NULL, SWITCH_OPTION_WAIT, WAIT);
  else
    while (mach_msg (&m, MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACH_RCV_INTERRUPT,
		     0, sizeof m, port, WAIT, MACH_PORT_NULL)
	   == MACH_RCV_INTERRUPTED)
      continue;
  took = module_ms () - begun;
  done = true;
  for (;;)
    thread_switch (MACH_PORT_NULL, SWITCH_OPTION_WAIT, 10000);
  return arg;
}

/* Stop the waiter four times for a moment, and abort what it does if ABORT;
   returns how long it has waited.  */
static double
stopped (bool sleep, bool abort)
{
  pthread_t thread;
  mach_port_t name;

  sleeps = sleep;
  done = false;
  waiting = MACH_PORT_NULL;
  if (pthread_create (&thread, NULL, waiter, NULL))
    module_must (KERN_FAILURE, "thread");
  while (waiting == MACH_PORT_NULL)
    usleep (1000);
  name = waiting;
  for (int i = 0; i < 4 && !done; i++)
    {
      usleep (100000);
      thread_suspend (name);
      if (abort)
	thread_abort (name);
      usleep (20000);
      thread_resume (name);
    }
  while (!done)
    usleep (10000);
  return took;
}

int
main (int argc, char **argv)
{
  double ms;

  module_begin (argc, argv);
  _hurdsig_init (NULL, 0);
  module_must (mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE,
				   &port), "port");
  ms = stopped (false, false);
  module_say ("receive: %.0f ms\n", ms);
  module_check (NEAR (ms, WAIT), "a timeout runs on while stopped");
  ms = stopped (true, false);
  module_say ("sleep: %.0f ms\n", ms);
  module_check (NEAR (ms, WAIT), "a sleep is as long as asked");
  ms = stopped (false, true);
  module_say ("receive, aborted: %.0f ms\n", ms);
  module_check (ms > WAIT + 200, "an abort lets the timeout start anew");
  ms = stopped (true, true);
  module_say ("sleep, aborted: %.0f ms\n", ms);
  module_check (ms < WAIT - 200, "an abort cuts a sleep short");
  module_leave ();
}
