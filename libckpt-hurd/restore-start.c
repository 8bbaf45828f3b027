/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letting a restored environment run.

   A thread that was in the kernel enters its trap again.  It must be there before
   its task's signal thread looks at it: the C library tells by the program
   counter whether a request has been sent.  So those threads go first, then come
   the messages, then the others.  */

#include <mach/thread_status.h>
#include <mach/thread_switch.h>
#include "internal.h"

#define ENTER_MS	2000	/* So long they may take.  */

/* Has THREAD, which was to enter the trap at EIP, done so (or more)?  */
static bool
entered (thread_t thread, uint32_t eip)
{
  struct thread_basic_info info;
  mach_msg_type_number_t n = THREAD_BASIC_INFO_COUNT;
  struct i386_thread_state state;

  if (thread_info (thread, THREAD_BASIC_INFO, (thread_info_t) &info, &n))
    return true;		/* It has ended.  */
  n = i386_THREAD_STATE_COUNT;
  if (thread_get_state (thread, i386_REGS_SEGS_STATE, (thread_state_t) &state,
			&n))
    return true;
  if (state.eip == eip)
    return false;
  return info.run_state != TH_STATE_RUNNING || (int32_t) state.eax >= 0;
}

/* Let thread number I enter its trap, and stop it there: its wait has begun, but should
   it end, by the time or by what is done for the others, it is not noticed
   yet.  */
static error_t
enter (struct ckpt_image *image, uint32_t i)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  thread_t thread = image->new_threads[i];
  error_t err = thread_resume (thread);

  for (int ms = 0; err == 0; ms += 10)
    {
      /* It runs at once, if the kernel is so kind.  */
      thread_switch (thread, SWITCH_OPTION_NONE, 0);
      if (entered (thread, image->ci.threads[i].regs[CI_EIP])
	  && (hooks->settled == NULL || hooks->settled (hooks->context)))
	break;
      if (ms >= ENTER_MS)
	{
	  ckpt_report (image->report, "thread %u of pid %u did not get to its"
		       " wait", i,
		       image->ci.tasks[image->ci.threads[i].task].pid);
	  err = ETIMEDOUT;
	}
      else
	thread_switch (MACH_PORT_NULL, SWITCH_OPTION_WAIT, 10);
    }
  if (err == 0)
    thread_suspend (thread);	/* Unless it has ended.  */
  return err;
}

/* What was suspended is so before anything runs.  All threads are suspended once
   now.  */
static void
suspend (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ci.ntasks; i++)
    for (uint32_t j = 0; j < image->ci.tasks[i].suspend_count; j++)
      task_suspend (image->new_tasks[i]);
  for (uint32_t i = 0; i < image->ci.nthreads; i++)
    for (uint32_t j = 1; j < image->ci.threads[i].suspend_count; j++)
      thread_suspend (image->new_threads[i]);
}

error_t
res_start (struct ckpt_image *image)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  if (hooks->begin)
    hooks->begin (hooks->context);
  error_t err = 0;
  for (uint32_t i = 0; err == 0 && i < image->ci.nthreads; i++)
    if (image->ci.threads[i].wait == CI_WAIT_TRAP)
      err = enter (image, i);
  if (err == 0)
    suspend (image);
  if (err == 0)
    err = res_messages (image);
  if (err)
    return err;
  for (uint32_t i = 0; i < image->ci.nthreads; i++)
    if (image->ci.threads[i].suspend_count == 0)
      thread_resume (image->new_threads[i]);
  hooks->thaw (hooks->context);
  image->frozen = false;
  return 0;
}
