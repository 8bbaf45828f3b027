/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conductor's thread among all the others.

   The kernel shares time by lowering the priority of who has used much lately, the more
   so the more threads want to run.  Dozens of programs that ask for something now and then
   all come before one thread that has a checkpoint to write, which then takes minutes.  So
   that thread has a priority that does not decay, above that of programs; and because
   nobody else would run while it works, it works for WORK_MS and then sleeps for REST_MS, if
   anybody else wants to run.  (To have its priority depressed for a time would not do: who
   comes back from that has to wait until whoever runs then gives up the processor.)  */

#include <hurd.h>
#include <mach.h>
#include <mach/policy.h>
#include <mach/thread_switch.h>
#include "internal.h"

#define WORK_MS		10	/* A tick of the kernel's clock.  */
#define REST_MS		10
#define PRIORITY	20	/* Programs have 25; less is better.  */

static __thread bool hurried;
static __thread uint64_t begun;	/* The last rest ended then, in cycles.  */
static __thread uint64_t work;	/* WORK_MS in cycles.  */

/* The processor set of all; who may not have its control port goes on as others do.  */
static error_t
get_set (processor_set_t *set)
{
  mach_port_t host;
  processor_set_name_t name;
  error_t err = get_privileged_ports (&host, NULL);

  if (err)
    return err;
  err = processor_set_default (host, &name);
  if (err == 0)
    {
      err = host_processor_set_priv (host, name, set);
      mach_port_deallocate (mach_task_self (), name);
    }
  mach_port_deallocate (mach_task_self (), host);
  return err;
}

void
conductor_hurry (int before)
{
  thread_t self = mach_thread_self ();
  processor_set_t set;

  if (get_set (&set) == 0)
    {
      if (processor_set_policy_enable (set, POLICY_FIXEDPRI) == 0
	  && thread_max_priority (self, set, PRIORITY - before) == 0
	  && thread_priority (self, PRIORITY - before, FALSE) == 0
	  && thread_policy (self, POLICY_FIXEDPRI, WORK_MS) == 0)
	hurried = true;
      mach_port_deallocate (mach_task_self (), set);
    }
  mach_port_deallocate (mach_task_self (), self);
}

void
conductor_begin_work (void)
{
  begun = ckpt_cycles ();
  work = conductor_cycles_per_us () * 1000 * WORK_MS;
}

bool
conductor_is_tired (void)
{
  return hurried && ckpt_cycles () - begun >= work;
}

void
conductor_rest (void)
{
  if (swtch ())
    thread_switch (MACH_PORT_NULL, SWITCH_OPTION_WAIT, REST_MS);
  begun = ckpt_cycles ();
}
