/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages to a process' libc: signals and new ids.  Nobody waits for an
   answer, and none is asked for.  */

#include <stdlib.h>
#include <signal.h>
#include "libproc/internal.h"

/* Numbers of the requests msg_sig_post and msg_proc_newids.  */
enum { MSG_SIG_POST = 23000, MSG_PROC_NEWIDS = 23001 };

/* How long a full message port may take, in milliseconds.  */
enum { PATIENCE = 20000 };

struct message
{
  mach_msg_header_t head;
  struct
  {
    mach_msg_type_t type;
    natural_t value;
  } item[4];
};

static const mach_msg_type_t number_type =
{
  .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32, .msgt_number = 1,
  .msgt_inline = TRUE
};

static const mach_msg_type_t port_type =
{
  .msgt_name = MACH_MSG_TYPE_COPY_SEND, .msgt_size = 32, .msgt_number = 1,
  .msgt_inline = TRUE
};

/* Send the message ARG, whose rights are its own, to a port with a full
   queue.  */
static void
send_late (void *arg)
{
  struct message *m = arg;

  if (mach_msg (&m->head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, m->head.msgh_size,
		0, MACH_PORT_NULL, PATIENCE, MACH_PORT_NULL))
    mach_msg_destroy (&m->head);
  free (m);
}

/* Send M, whose rights are ours and copied.  Any of them may have died; then
   nothing is sent, and nothing taken.  */
static void
send (struct proc *p, struct message *m, int id, int nitems)
{
  struct message *late;

  m->head.msgh_bits = MACH_MSGH_BITS_COMPLEX
		      | MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, 0);
  m->head.msgh_size = sizeof m->head + nitems * sizeof m->item[0];
  m->head.msgh_remote_port = p->msgport;
  m->head.msgh_local_port = MACH_PORT_NULL;
  m->head.msgh_seqno = 0;
  m->head.msgh_id = id;
  if (mach_msg (&m->head, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
		m->head.msgh_size, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL)
      != MACH_SEND_TIMED_OUT)
    return;
  /* The kernel has given the message back with rights of its own.  */
  late = malloc (sizeof *late);
  if (late)
    {
      *late = *m;
      if (sv_thread (send_late, late) == 0)
	return;
      free (late);
    }
  mach_msg_destroy (&m->head);
}

void
proc_post (struct proc *p, int signo, int sigcode)
{
  struct message m =
    {
      .item =
	{
	  { number_type, signo },
	  { number_type, sigcode },
	  /* Who shows a process its own task may send it any signal.  */
	  { port_type, p->task }
	}
    };

  if (!p->dead && MACH_PORT_VALID (p->msgport))
    send (p, &m, MSG_SIG_POST, 3);
}

void
proc_post_newids (struct proc *p)
{
  struct message m =
    {
      .item =
	{
	  { port_type, p->task },
	  { number_type, p->parent ? p->parent->pid : 0 },
	  { number_type, p->pgrp ? p->pgrp->pgid : 0 },
	  { number_type, p->pgrp ? p->pgrp->orphaned : 1 }
	}
    };

  if (!p->dead && MACH_PORT_VALID (p->msgport))
    send (p, &m, MSG_PROC_NEWIDS, 4);
}

error_t
proc_signal (struct proc *p, int signo, int sigcode)
{
  error_t err = 0;

  pthread_mutex_lock (&p->table->lock);
  if (p->dead)
    err = ESRCH;
  else if (signo == SIGKILL || !MACH_PORT_VALID (p->msgport))
    err = task_terminate (p->task);
  else
    proc_post (p, signo, sigcode);
  pthread_mutex_unlock (&p->table->lock);
  return err;
}
