/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Task name spaces, and the kernel's news of tasks.  */

#include <stdlib.h>
#include "libproc/internal.h"

enum { NEW_TASK = 4400 };

extern boolean_t S_process_server (mach_msg_header_t *, mach_msg_header_t *);
extern boolean_t proc_exception_demuxer (mach_msg_header_t *,
					 mach_msg_header_t *);

/* The port that the kernel tells of new tasks.  */
struct new_task
{
  struct sv_port port;
  struct proc_table *table;
};

const struct sv_class proc_new_task_class = { .name = "new tasks" };

struct news
{
  mach_msg_header_t head;
  mach_msg_type_t task_type;
  task_t task;
  mach_msg_type_t parent_type;
  task_t parent;
};

error_t
proc_new_task_port (struct proc_table *t, mach_port_t *notify)
{
  struct new_task *n;
  error_t err = 0;

  if (t->new_task_port == NULL)
    {
      err = sv_port_create (t->bucket, &proc_new_task_class, sizeof *n, 0, &n);
      if (!err)
	{
	  n->table = t;
	  t->new_task_port = &n->port;
	}
    }
  if (!err)
    *notify = sv_port_get_right (t->new_task_port);
  return err;
}

kern_return_t
S_proc_make_task_namespace (process_t process, mach_port_t notify)
{
  struct proc_handle *h = proc_enter (process);
  error_t err = 0;

  if (h == NULL)
    return EOPNOTSUPP;
  if (!MACH_PORT_VALID (notify))
    err = EINVAL;
  else if (h->proc->namespace != MACH_PORT_NULL)
    err = EPERM;
  else
    {
      h->proc->namespace = notify;
      h->proc->namespace_pid = h->proc->pid;
    }
  return proc_leave (h, err);
}

void
proc_tell_owner (struct proc *p, task_t parent)
{
  static const mach_msg_type_t port_type =
    {
      .msgt_name = MACH_MSG_TYPE_COPY_SEND, .msgt_size = 32, .msgt_number = 1,
      .msgt_inline = TRUE
    };
  struct news m =
    {
      .head =
	{
	  .msgh_bits = MACH_MSGH_BITS_COMPLEX
		       | MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, 0),
	  .msgh_size = sizeof m,
	  .msgh_remote_port = p->namespace,
	  .msgh_id = NEW_TASK
	},
      .task_type = port_type, .task = p->task,
      .parent_type = port_type, .parent = parent
    };

  if (MACH_PORT_VALID (p->namespace)
      && mach_msg (&m.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof m, 0,
		   MACH_PORT_NULL, 0, MACH_PORT_NULL) == MACH_SEND_TIMED_OUT)
    mach_msg_destroy (&m.head);
}

/* TASK, made by PARENT, is new.  */
static void
new_task (struct proc_table *t, task_t task, task_t parent)
{
  struct proc *p, *maker;

  pthread_mutex_lock (&t->lock);
  maker = proc_by_task (t, parent);
  if (proc_resolve (t, task, &p) == 0 && maker
      && maker->namespace != MACH_PORT_NULL && p->namespace == MACH_PORT_NULL)
    {
      sv_right_ref (maker->namespace);
      p->namespace = maker->namespace;
      p->namespace_pid = maker->namespace_pid;
      proc_tell_owner (p, parent);
    }
  pthread_mutex_unlock (&t->lock);
  mach_port_deallocate (mach_task_self (), task);
  mach_port_deallocate (mach_task_self (), parent);
}

static boolean_t
new_task_demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  struct news *m = (struct news *) inp;
  struct new_task *n;

  if (inp->msgh_id != NEW_TASK)
    return FALSE;
  n = sv_lookup (inp->msgh_local_port, &proc_new_task_class);
  if (n == NULL)
    return FALSE;
  if (inp->msgh_size >= sizeof *m
      && (inp->msgh_bits & MACH_MSGH_BITS_COMPLEX)
      && m->task_type.msgt_name == MACH_MSG_TYPE_PORT_SEND
      && m->parent_type.msgt_name == MACH_MSG_TYPE_PORT_SEND)
    {
      new_task (n->table, m->task, m->parent);
      ((mig_reply_header_t *) outp)->RetCode = MIG_NO_REPLY;
    }
  else
    ((mig_reply_header_t *) outp)->RetCode = MIG_BAD_ARGUMENTS;
  sv_unref (n);
  return TRUE;
}

boolean_t
proc_demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  return (S_process_server (inp, outp) || proc_exception_demuxer (inp, outp)
	  || new_task_demuxer (inp, outp));
}
