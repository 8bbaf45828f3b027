/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose exception is answered with a send-once right?  See standin.c.  */

#include <mach/notify.h>
#include "internal.h"

/* The port in the image that stands for the exception of THREAD.  */
static uint32_t
exception_port (struct ckpt_image *image, thread_t thread)
{
  unsigned int object;
  vm_offset_t address;

  if (mach_port_kernel_object (mach_task_self (), thread, &object, &address)
      || object != KO_THREAD)
    return 0;			/* It has ended.  */
  for (uint32_t i = 0; i < image->nthreads; i++)
    if (image->threads[i].address == address)
      return cap_the_port (image, CI_PORT_EXCEPTION, i, 0);
  return 0;
}

uint32_t
cap_standin (struct ckpt_image *image, bool (*leads) (void *arg,
						       mach_port_t port),
	     void *arg)
{
  for (const struct standin *s = image->standins; s; s = s->next)
    if (leads (arg, s->port))
      return exception_port (image, s->thread);
  return 0;
}

static bool
is_dead (task_t space, mach_port_t name)
{
  mach_port_type_t type;
  return (mach_port_type (space, name, &type) == 0
	  && type & MACH_PORT_TYPE_DEAD_NAME);
}

/* Abort the waits for answers, one after the other, until NAME of SPACE dies; *TASK
   and *THREAD are then whose it was.  A thread in its own code notices
   nothing.  */
static error_t
find_thread (struct ckpt_image *image, task_t space, mach_port_t name,
	     task_t *task, thread_t *thread)
{
  for (uint32_t i = 0; i < image->ntasks; i++)
    {
      struct cap_task *t = &image->tasks[i];
      for (mach_msg_type_number_t j = 0; j < t->nthreads; j++)
	{
	  if (image->ci.threads[t->first_thread + j].wait != CI_WAIT_NOT
	      || thread_abort (t->threads[j]))
	    continue;
	  image->stats->naborts++;
	  if (!is_dead (space, name))
	    continue;
	  *task = t->task;
	  *thread = t->threads[j];
	  return 0;
	}
    }
  return ESRCH;
}

/* Put a right to S in the place of the dead name NAME of SPACE.  */
static error_t
exchange (task_t space, mach_port_t name, const struct standin *s)
{
  mach_port_urefs_t refs;
  error_t err = mach_port_get_refs (space, name, MACH_PORT_RIGHT_DEAD_NAME,
				    &refs);
  if (err == 0)
    err = mach_port_mod_refs (space, name, MACH_PORT_RIGHT_DEAD_NAME,
			      -(mach_port_delta_t) refs);
  if (err == 0)
    err = mach_port_insert_right (space, name, s->port,
				  MACH_MSG_TYPE_MAKE_SEND_ONCE);
  return err;
}

uint32_t
cap_exception (struct ckpt_image *image, task_t space, mach_port_t name,
	       bool requested)
{
  mach_port_t previous = MACH_PORT_NULL, ours = MACH_PORT_NULL;
  struct standin *s;
  thread_t thread;
  task_t task;

  /* Who wants to be told of its death is not told of this.  */
  if (requested
      && mach_port_request_notification (space, name, MACH_NOTIFY_DEAD_NAME, 0,
					 MACH_PORT_NULL,
					 MACH_MSG_TYPE_MAKE_SEND_ONCE,
					 &previous))
    return 0;
  error_t err = find_thread (image, space, name, &task, &thread);
  if (err == 0)
    err = standin_make (task, thread, &s);
  if (err == 0)
    {
      image->standins = s;
      err = exchange (space, name, s);
    }
  if (MACH_PORT_VALID (previous)
      && mach_port_request_notification (space, name, MACH_NOTIFY_DEAD_NAME, 0,
					 previous,
					 MACH_MSG_TYPE_MOVE_SEND_ONCE, &ours))
    mach_port_deallocate (mach_task_self (), previous);
  return err ? 0 : exception_port (image, thread);
}
