/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letting a restored environment run.

   A thread that was in the kernel enters its trap again.  It must be there before
   its task's signal thread looks at it: the C library tells by the program
   counter whether a request has been sent.  So those threads go first, then come
   the messages, then the others.  */

#include <time.h>
#include <mach/thread_status.h>
#include <mach/thread_switch.h>
#include "internal.h"

#define FOREIGN_MS	100	/* So long one may take whose code or stack is another
				   program's memory, */
#define ENTER_MS	3000	/* any other …  */
#define ALL_MS		20000	/* … and all of them.  */

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

static int64_t
now_ms (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Let thread number I enter its trap, and stop it there: its wait has begun, but should
   it end, by the time or by what is done for the others, it is not noticed
   yet.  Returns how long it took, in ms; what is not there after LIMIT ms goes on with the
   others: it may need memory whose pager is one of them.  (That matters only if a signal
   comes just then.)  */
static int64_t
enter (struct ckpt_image *image, uint32_t i, int64_t limit)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  const struct ci_thread *t = &image->ci.threads[i];
  thread_t thread = image->new_threads[i];
  int64_t begun = now_ms (), took = 0;

  if (thread_resume (thread))
    return 0;			/* It has ended.  */
  for (;; took = now_ms () - begun)
    {
      /* It runs at once, if the kernel is so kind.  */
      thread_switch (thread, SWITCH_OPTION_NONE, 0);
      if (entered (thread, t->regs[CI_EIP])
	  && (hooks->settled == NULL || hooks->settled (hooks->context)))
	break;
      if (took >= limit)
	{
	  ckpt_report (image->report, "thread %u of pid %u has not got to its"
		       " wait in %lld ms: it goes on all the same", i,
		       image->ci.tasks[t->task].pid, (long long) took);
	  break;
	}
      thread_switch (MACH_PORT_NULL, SWITCH_OPTION_WAIT, 10);
    }
  thread_suspend (thread);	/* Unless it has ended.  */
  return took;
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
  int64_t left = ALL_MS;
  for (uint32_t i = 0; i < image->ci.nthreads; i++)
    if (image->ci.threads[i].wait == CI_WAIT_TRAP)
      {
	const struct ci_thread *t = &image->ci.threads[i];
	int64_t limit = (res_is_own (image, t->task, t->regs[CI_EIP])
			 && res_is_own (image, t->task, t->regs[CI_UESP])
			 ? ENTER_MS : FOREIGN_MS);
	left -= enter (image, i, left < limit ? left : limit);
	left = left < 0 ? 0 : left;
      }
  suspend (image);
  error_t err = res_messages (image);
  if (err)
    return err;
  for (uint32_t i = 0; i < image->ci.nthreads; i++)
    if (image->ci.threads[i].suspend_count == 0)
      thread_resume (image->new_threads[i]);
  hooks->thaw (hooks->context);
  image->frozen = false;
  return 0;
}
