/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The environment as the ground's process server sees it: a task name space.

   That server sends the name space's port the news of each task made in it, and
   asks there, in the process protocol, what it has to say of one of the tasks
   to ps and others.  It keeps everybody waiting while there is no room in the
   port's queue, so a thread of its own takes all that comes, during a stop,
   too, in which tasks are made.  */

#include <hurd.h>
#include <hurd/process.h>
#include <stdint.h>
#include "internal.h"

enum
{
  MESSAGE_MAX = 16 * 1024,	/* No request or reply is longer: what threads
				   and arguments fill inline is 2 KiB each.  */
  NEW_TASK = 4400,
  MSG_FIRST = 23000, MSG_LAST = 23099,	/* What a message port takes.  */
  GETMSGPORT = 24019, PID2TASK = 24029, TASK2PID = 24030, GETPROCINFO = 24034,
  GETPROCARGS = 24035, GETPROCENV = 24036, GETLOGINID = 24038,
  GETLOGINPIDS = 24039
};

extern boolean_t S_process_server (mach_msg_header_t *inp,
				   mach_msg_header_t *outp);

struct task_request
{
  mach_msg_header_t head;
  mach_msg_type_t type;
  task_t task;
};

struct port_reply
{
  mig_reply_header_t head;
  mach_msg_type_t type;
  mach_port_t port;
};

static boolean_t
answer (const mach_msg_header_t *inp, mach_msg_header_t *outp, error_t err)
{
  mig_reply_header_t *reply = (mig_reply_header_t *) outp;

  reply->Head = (mach_msg_header_t)
    {
      .msgh_bits = MACH_MSGH_BITS (MACH_MSGH_BITS_REMOTE (inp->msgh_bits), 0),
      .msgh_size = sizeof *reply, .msgh_remote_port = inp->msgh_remote_port,
      .msgh_id = inp->msgh_id + 100
    };
  reply->RetCodeType = (mach_msg_type_t)
    {
      .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32, .msgt_number = 1,
      .msgt_inline = TRUE
    };
  reply->RetCode = err;
  return TRUE;
}

/* Message ports stay inside: who signals a program from the ground is told by
   the news port that he may not, instead of waiting for a message port.  */
static boolean_t
give_message_port (const mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  struct port_reply *reply = (struct port_reply *) outp;

  answer (inp, outp, 0);
  reply->head.Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
  reply->head.Head.msgh_size = sizeof *reply;
  reply->type = (mach_msg_type_t)
    {
      .msgt_name = MACH_MSG_TYPE_MAKE_SEND, .msgt_size = 32, .msgt_number = 1,
      .msgt_inline = TRUE
    };
  reply->port = inp->msgh_local_port;
  return TRUE;
}

/* Is the task that INP asks for one of the environment's?  (There are others in
   the name space, which hold snapshots, and asking must not make processes of
   them.)  */
static bool
is_known (const mach_msg_header_t *inp)
{
  const struct task_request *r = (const struct task_request *) inp;
  struct proc *p = NULL;

  if (inp->msgh_size == sizeof *r && (inp->msgh_bits & MACH_MSGH_BITS_COMPLEX)
      && r->type.msgt_name == MACH_MSG_TYPE_PORT_SEND)
    p = proc_find_task (env.table, r->task);
  if (p)
    proc_unref (p);
  return p != NULL;
}

/* Have INP answered as if init asked.  */
static boolean_t
ask_for_init (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  struct proc *init = proc_find_pid (env.table, 1);
  mach_port_t right;

  if (init == NULL)
    return answer (inp, outp, ESRCH);
  right = proc_right (init);
  proc_unref (init);
  inp->msgh_local_port = right;
  boolean_t known = S_process_server (inp, outp);
  mach_port_deallocate (mach_task_self (), right);
  return known;
}

static boolean_t
demux (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  switch (inp->msgh_id)
    {
    case NEW_TASK:
      /* We know it.  */
      mach_msg_destroy (inp);
      answer (inp, outp, MIG_NO_REPLY);
      ((mig_reply_header_t *) outp)->Head.msgh_remote_port = MACH_PORT_NULL;
      return TRUE;
    case TASK2PID:
      if (!is_known (inp))
	return answer (inp, outp, ESRCH);
      /* Fall through.  */
    case PID2TASK: case GETPROCINFO: case GETPROCARGS: case GETPROCENV:
    case GETLOGINID: case GETLOGINPIDS:
      return ask_for_init (inp, outp);
    case GETMSGPORT:
      return give_message_port (inp, outp);
    case MSG_FIRST ... MSG_LAST:
      return answer (inp, outp, EPERM);
    default:
      return FALSE;
    }
}

static void
serve (void *arg)
{
  mach_port_t news = (uintptr_t) arg;

  for (;;)
    mach_msg_server (demux, MESSAGE_MAX, news);
}

error_t
env_own_tasks (void)
{
  mach_port_t self = getproc (), news = mach_reply_port ();
  error_t err = sv_thread (serve, (void *) (uintptr_t) news);

  if (!err)
    err = proc_make_task_namespace (self, news, MACH_MSG_TYPE_MAKE_SEND);
  mach_port_deallocate (mach_task_self (), self);
  return err;
}
