/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads with their registers.  The kernel believes much of what it is given, so
   everything is made harmless first.  */

#include <stdlib.h>
#include <string.h>
#include <mach/i386/mach_i386.h>
#include <mach/thread_status.h>
#include <mach/thread_switch.h>
#include "internal.h"

#define EFLAGS_ALLOWED	0x00240cd5U	/* Status, direction, overflow, AC, ID. */
#define EFLAGS_SET	0x00000202U

/* Offsets in the FPU's state.  */
#define STATE_HEADER	16	/* What the kernel puts before it.  */
#define STATE_LEGACY	512
#define STATE_FEATURES	512
#define STATE_HEADER_LEN 64

/* What a thread of ours runs to get an FPU state.  */
static void __attribute__ ((noreturn, optimize ("no-stack-protector")))
use_fpu (void)
{
  __asm__ volatile ("fninit; fld1; fstp %st(0)");
  for (;;)
    ;
}

/* How this kernel saves the FPU.  */
static error_t
find_save_kind (vm_size_t size, int *kind)
{
  static char stack[1024] __attribute__ ((aligned (16)));
  struct i386_thread_state regs;
  struct i386_xfloat_state *state = calloc (1, size);
  mach_msg_type_number_t n = i386_THREAD_STATE_COUNT;
  thread_t thread;
  error_t err = state ? thread_create (mach_task_self (), &thread) : ENOMEM;
  if (err)
    goto out;
  err = thread_get_state (thread, i386_REGS_SEGS_STATE,
			  (thread_state_t) &regs, &n);
  regs.eip = (uintptr_t) use_fpu;
  regs.uesp = (uintptr_t) (stack + sizeof stack - 16);
  if (err == 0)
    err = thread_set_state (thread, i386_REGS_SEGS_STATE,
			    (thread_state_t) &regs, i386_THREAD_STATE_COUNT);
  if (err == 0)
    err = thread_resume (thread);
  for (int i = 0; err == 0 && i < 100 && !state->initialized; i++)
    {
      thread_switch (thread, SWITCH_OPTION_WAIT, 1);
      n = size / sizeof (natural_t);
      err = thread_get_state (thread, i386_XFLOAT_STATE,
			      (thread_state_t) state, &n);
    }
  if (err == 0 && !state->initialized)
    err = EIO;
  *kind = state->fp_save_kind;
  thread_terminate (thread);
  mach_port_deallocate (mach_task_self (), thread);
 out:
  free (state);
  return err;
}

static error_t
set_float (struct ckpt_image *image, thread_t thread,
	   const struct ci_thread *t, int kind)
{
  vm_size_t size = image->env->xstate_size;
  if (t->xfloat_len == 0 || size == 0 || image->env->flags & CKPT_NO_FPU)
    return 0;
  struct i386_xfloat_state *state = calloc (1, size);
  if (state == NULL)
    return ENOMEM;
  state->initialized = 1;
  state->fp_save_kind = kind;
  /* Only the x87 and SSE state, in the uncompacted form, which every processor
     takes: the rest of the header stays 0.  */
  memcpy (state->hw_state, t->xfloat + STATE_HEADER, STATE_LEGACY);
  if (size >= STATE_HEADER + STATE_LEGACY + STATE_HEADER_LEN)
    state->hw_state[STATE_FEATURES] = 3;
  error_t err = thread_set_state (thread, i386_XFLOAT_STATE,
				  (thread_state_t) state,
				  size / sizeof (natural_t));
  free (state);
  return err;
}

static error_t
set_registers (thread_t thread, const struct ci_thread *t)
{
  struct i386_thread_state state = { 0 };

  memcpy (&state, t->regs, sizeof t->regs);
  state.efl = (state.efl & EFLAGS_ALLOWED) | EFLAGS_SET;
  return thread_set_state (thread, i386_REGS_SEGS_STATE,
			   (thread_state_t) &state, i386_THREAD_STATE_COUNT);
}

static error_t
set_debug (thread_t thread, const struct ci_thread *t)
{
  bool used = false;
  for (int i = 0; i < 4; i++)
    used |= t->debug[i] != 0;
  if (!used)
    return 0;
  struct i386_debug_state state;
  memcpy (&state, t->debug, sizeof state);
  return thread_set_state (thread, i386_DEBUG_STATE, (thread_state_t) &state,
			   i386_DEBUG_STATE_COUNT);
}

static error_t
make_thread (struct ckpt_image *image, uint32_t number, int kind)
{
  const struct ci_thread *t = &image->ci.threads[number];
  thread_t thread;
  error_t err = thread_create (image->new_tasks[t->task], &thread);
  if (err)
    return err;
  image->new_threads[number] = thread;
  for (int i = 0; err == 0 && i < CI_GDT_SLOTS; i++)
    {
      int selector = CI_GDT_FIRST + 8 * i;
      descriptor_t descriptor;
      if (t->gdt[i][0] == 0 && t->gdt[i][1] == 0)
	continue;
      memcpy (&descriptor, t->gdt[i], sizeof descriptor);
      err = i386_set_gdt (thread, &selector, descriptor);
    }
  if (err == 0)
    err = thread_priority (thread, t->priority, FALSE);
  if (err == 0)
    err = set_registers (thread, t);
  if (err == 0)
    err = set_float (image, thread, t, kind);
  if (err == 0)
    err = set_debug (thread, t);
  return err;
}

error_t
res_threads (struct ckpt_image *image)
{
  struct ckpt_env *env = image->env;
  int kind = 0;
  error_t err = i386_get_xstate_size (mach_host_self (), &env->xstate_size);
  if (err == 0)
    err = find_save_kind (env->xstate_size, &kind);
  for (uint32_t i = 0; err == 0 && i < image->ci.nthreads; i++)
    {
      err = make_thread (image, i, kind);
      if (err)
	ckpt_report (image->report, "thread %u of pid %u cannot be made: %s", i,
		     image->ci.tasks[image->ci.threads[i].task].pid,
		     strerror (err));
    }
  return err;
}
