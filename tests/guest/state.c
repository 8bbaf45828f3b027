/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread's registers, with those of the FPU and SSE, are read from one thread
   and given to another, which goes on where the first stood.  */

#include <mach/i386/mach_i386.h>
#include <mach/i386/thread_status.h>
#include "module.h"

static volatile uint32_t turns;
static volatile bool go, done;
static volatile double sse, x87;
static volatile thread_t holding;

/* Hold values in registers alone while TURNS counts, until told to go on.  */
static void * __attribute__ ((target ("sse2")))
holder (void *arg)
{
  double a = 1.25, b = 0x1.921fb54442d18p+1;

  holding = mach_thread_self ();
  __asm__ volatile ("fldl %2\n\t"
		    "movsd %3, %%xmm7\n"
		    "1:\tlock incl %4\n\t"
		    "pause\n\t"
		    "cmpb $0, %5\n\t"
		    "je 1b\n\t"
		    "fstpl %0\n\t"
		    "movsd %%xmm7, %1"
		    : "=m" (x87), "=m" (sse), "+m" (a), "+m" (b), "+m" (turns)
		    : "m" (go) : "xmm7", "memory", "cc");
  done = true;
  for (;;)
    thread_switch (MACH_PORT_NULL, SWITCH_OPTION_WAIT, 10000);
  return arg;
}

int
main (int argc, char **argv)
{
  struct i386_thread_state regs;
  char floats[8192] __attribute__ ((aligned (64)));
  vm_size_t size;
  mach_msg_type_number_t nregs = i386_THREAD_STATE_COUNT;
  mach_msg_type_number_t nfloats;
  uint32_t before;
  thread_t first, second;
  pthread_t thread;

  module_begin (argc, argv);
  _hurdsig_init (NULL, 0);
  if (pthread_create (&thread, NULL, holder, NULL))
    module_must (KERN_FAILURE, "thread");
  while (turns < 1000)
    usleep (1000);
  first = holding;
  module_must (thread_suspend (first), "suspend");
  module_must (thread_abort (first), "abort");
  module_must (thread_get_state (first, i386_REGS_SEGS_STATE,
				 (thread_state_t) &regs, &nregs), "registers");
  module_must (i386_get_xstate_size (mach_host_self (), &size), "size");
  module_check (size <= sizeof floats, "the size is one");
  nfloats = sizeof floats / sizeof (natural_t);
  module_must (thread_get_state (first, i386_XFLOAT_STATE,
				 (thread_state_t) floats, &nfloats),
	       "floating-point registers");
  module_check (((struct i386_xfloat_state *) floats)->initialized,
		"the FPU is in use");
  before = turns;
  usleep (50000);
  module_check (turns == before, "a suspended thread does nothing");

  module_must (thread_create (mach_task_self (), &second), "another thread");
  /* Its TLS is not needed: the loop touches none.  */
  regs.gs = 0;
  module_must (thread_set_state (second, i386_REGS_SEGS_STATE,
				 (thread_state_t) &regs, nregs), "set");
  module_must (thread_set_state (second, i386_XFLOAT_STATE,
				 (thread_state_t) floats, nfloats),
	       "set floating-point registers");
  module_must (thread_resume (second), "resume");
  while (turns < before + 1000)
    usleep (1000);
  module_check (true, "the other thread goes on");
  go = true;
  for (int i = 0; i < 100 && !done; i++)
    usleep (10000);
  module_check (x87 == 1.25, "the x87 register came along");
  module_check (sse == 0x1.921fb54442d18p+1, "the SSE register came along");
  module_leave ();
}
