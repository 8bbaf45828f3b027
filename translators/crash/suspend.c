/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stopping a program that has failed until somebody decides.

   Its task is suspended and its message port is ours, so that the next signal
   comes here.  */

#include <signal.h>
#include <hurd/process.h>
#include "crash.h"

enum { MSG_SIG_POST = 23000 };

/* One that is stopped; requests of the program itself wait in crash_suspend.  */
struct stopped
{
  struct sv_port port;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int signal;			/* The one that has come, or 0.  */
};

static const struct sv_class stopped_class = { .name = "stopped" };

struct sig_post
{
  mach_msg_header_t head;
  mach_msg_type_t signal_type;
  int signal;
};

boolean_t
crash_signal_demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  mig_reply_header_t *reply = (mig_reply_header_t *) outp;
  struct sig_post *m = (struct sig_post *) inp;
  struct stopped *s;

  if (inp->msgh_id != MSG_SIG_POST)
    return FALSE;
  s = sv_lookup (inp->msgh_local_port, &stopped_class);
  if (s == NULL)
    return FALSE;
  if (inp->msgh_size < sizeof *m)
    reply->RetCode = MIG_BAD_ARGUMENTS;
  else
    {
      /* The rights that came along are dropped here.  */
      if (m->signal != 0 && m->signal != SIGSTOP && m->signal != SIGTSTP
	  && m->signal != SIGTTIN && m->signal != SIGTTOU)
	{
	  pthread_mutex_lock (&s->lock);
	  s->signal = m->signal;
	  pthread_cond_broadcast (&s->changed);
	  pthread_mutex_unlock (&s->lock);
	}
      inp->msgh_remote_port = MACH_PORT_NULL;
      mach_msg_destroy (inp);
      reply->RetCode = 0;
    }
  sv_unref (s);
  return TRUE;
}

/* The process port of TASK.  */
static error_t
find_process (task_t task, mach_port_t *process)
{
  mach_port_t self = getproc ();
  error_t err = proc_task2proc (self, task, process);

  mach_port_deallocate (mach_task_self (), self);
  return err;
}

error_t
crash_suspend (struct sv_bucket *bucket, task_t task,
	       const struct crash_cause *cause)
{
  mach_port_t process, right, old = MACH_PORT_NULL;
  struct stopped *s;
  error_t err, intr = 0;

  err = find_process (task, &process);
  if (err)
    return err;
  err = sv_port_create (bucket, &stopped_class, sizeof *s, 0, &s);
  if (err)
    goto out;
  pthread_mutex_init (&s->lock, NULL);
  pthread_cond_init (&s->changed, NULL);
  err = task_suspend (task);
  if (err)
    goto unref;
  right = sv_port_get_right (s);
  err = proc_setmsgport (process, right, &old);
  mach_port_deallocate (mach_task_self (), right);
  if (!err)
    {
      proc_mark_stop (process, cause->signo, cause->sigcode);
      pthread_mutex_lock (&s->lock);
      while (s->signal == 0 && !intr)
	intr = sv_wait (&s->changed, &s->lock, NULL);
      pthread_mutex_unlock (&s->lock);
      if (!proc_setmsgport (process, old, &right)
	  && MACH_PORT_VALID (right))
	mach_port_deallocate (mach_task_self (), right);
      if (MACH_PORT_VALID (old))
	mach_port_deallocate (mach_task_self (), old);
      proc_mark_cont (process);
      /* With an error its libc goes on to end it.  */
      err = EINTR;
    }
  task_resume (task);
 unref:
  sv_port_destroy (s);
  sv_unref (s);
 out:
  mach_port_deallocate (mach_task_self (), process);
  return err;
}
