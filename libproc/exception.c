/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exceptions of signal threads.  The thread that handles a process' exceptions
   cannot handle its own.  They come here; we hand the message on to where the
   process will look for it, and set the thread to a state in which it looks.  */

#include <string.h>
#include <sys/wait.h>
#include <signal.h>
#include "libproc/internal.h"

enum { EXCEPTION_RAISE = 2400 };

/* The start of that request.  */
struct raise
{
  mach_msg_header_t head;
  mach_msg_type_t thread_type;
  mach_port_t thread;
  mach_msg_type_t task_type;
  mach_port_t task;
};

static void
clean (void *object)
{
  struct proc_exc *e = object;

  if (MACH_PORT_VALID (e->forward))
    mach_port_deallocate (mach_task_self (), e->forward);
  if (e->proc)
    proc_unref (e->proc);
}

const struct sv_class proc_exc_class = { .name = "exception", .clean = clean };

kern_return_t
S_proc_handle_exceptions (process_t process, mach_port_t msgport,
			  mach_port_t forwardport, int flavor,
			  const thread_state_t new_state,
			  mach_msg_type_number_t count)
{
  struct proc_handle *h = proc_enter (process);
  struct proc_exc *e;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  if (h->proc->dead)
    return proc_leave (h, ESRCH);
  if (count > PROC_STATE_MAX || !MACH_PORT_VALID (msgport))
    return proc_leave (h, EINVAL);
  err = sv_port_import (h->proc->table->bucket, &proc_exc_class, sizeof *e, 0,
			msgport, &e);
  if (err)
    return proc_leave (h, err);
  e->proc = h->proc;
  h->proc->refs++;
  e->forward = forwardport;
  e->flavor = flavor;
  e->count = count;
  memcpy (e->state, new_state, count * sizeof (natural_t));
  pthread_mutex_unlock (&h->proc->table->lock);
  /* It lives as long as the thread's exception port is this one.  */
  sv_unref (e);
  sv_unref (h);
  return 0;
}

/* P cannot help itself.  */
static void
give_up (struct proc *p)
{
  pthread_mutex_lock (&p->table->lock);
  if (!p->dead && !p->exiting)
    {
      p->exiting = true;
      p->status = W_EXITCODE (0, SIGSEGV);
      p->sigcode = 0;
      proc_task_usage (p->task, &p->usage);
    }
  if (!p->dead)
    task_terminate (p->task);
  pthread_mutex_unlock (&p->table->lock);
}

/* Hand the exception message M on for E.  The rights in it go along if it is
   sent, whatever is returned; M then has none any more.  */
static error_t
hand_on (struct proc_exc *e, struct raise *m)
{
  thread_t thread = m->thread;
  mach_msg_bits_t bits = m->head.msgh_bits;
  mach_port_t reply = m->head.msgh_remote_port;
  mach_port_t local = m->head.msgh_local_port;
  error_t err;

  sv_right_ref (thread);
  m->head.msgh_bits = MACH_MSGH_BITS_COMPLEX
		      | MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, 0);
  m->head.msgh_remote_port = e->forward;
  m->head.msgh_local_port = MACH_PORT_NULL;
  err = mach_msg (&m->head, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
		  m->head.msgh_size, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL);
  m->head.msgh_bits = bits;
  m->head.msgh_remote_port = reply;
  m->head.msgh_local_port = local;
  if (!err)
    {
      m->head.msgh_bits &= ~MACH_MSGH_BITS_COMPLEX;
      /* The kernel refuses what today's libc asks for (it names no segment for
	 the stack); then the process ends.  */
      err = thread_set_state (thread, e->flavor, (thread_state_t) e->state,
			      e->count);
    }
  mach_port_deallocate (mach_task_self (), thread);
  return err;
}

/* Answer INP if it is such an exception.  */
boolean_t
proc_exception_demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  mig_reply_header_t *reply = (mig_reply_header_t *) outp;
  struct raise *m = (struct raise *) inp;
  struct proc_exc *e;

  if (inp->msgh_id != EXCEPTION_RAISE)
    return FALSE;
  e = sv_lookup (inp->msgh_local_port, &proc_exc_class);
  if (e == NULL)
    return FALSE;
  if (!(inp->msgh_bits & MACH_MSGH_BITS_COMPLEX)
      || inp->msgh_size < sizeof *m
      || m->thread_type.msgt_name != MACH_MSG_TYPE_PORT_SEND
      || m->task_type.msgt_name != MACH_MSG_TYPE_PORT_SEND)
    reply->RetCode = MIG_BAD_ARGUMENTS;
  else if (hand_on (e, m))
    {
      give_up (e->proc);
      reply->RetCode = KERN_FAILURE;
    }
  else
    reply->RetCode = KERN_SUCCESS;
  sv_unref (e);
  return TRUE;
}
