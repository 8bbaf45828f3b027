/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <argz.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/fd.h>
#include <hurd/fs.h>
#include <hurd/process.h>
#include <mach/mig_errors.h>
#include <mach/notify.h>
#include <string.h>
#include <unistd.h>
#include "start.h"

#define FSYS_STARTUP	22000

/* fsys_startup and its answer, as MIG lays them out.  */
struct request
{
  mach_msg_header_t head;
  mach_msg_type_t flags_type;
  int flags;
  mach_msg_type_t control_type;
  mach_port_t control;
};

struct answer
{
  mig_reply_header_t head;
  mach_msg_type_t node_type;
  mach_port_t node;
};

static const mach_msg_type_t int_type =
{
  .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32, .msgt_number = 1,
  .msgt_inline = TRUE,
};

static const mach_msg_type_t right_type =
{
  .msgt_name = MACH_MSG_TYPE_MOVE_SEND, .msgt_size = 32, .msgt_number = 1,
  .msgt_inline = TRUE,
};

/* Make a port on which the translator reports, with a send right, and ask to
   be told when nobody can send to it.  */
static error_t
make_bootstrap (mach_port_t *port)
{
  mach_port_t old, here = mach_task_self ();
  error_t err = mach_port_allocate (here, MACH_PORT_RIGHT_RECEIVE, port);

  if (err != 0)
    return err;
  err = mach_port_insert_right (here, *port, *port, MACH_MSG_TYPE_MAKE_SEND);
  if (err == 0)
    err = mach_port_request_notification (here, *port, MACH_NOTIFY_NO_SENDERS,
					  1, *port,
					  MACH_MSG_TYPE_MAKE_SEND_ONCE, &old);
  if (err != 0)
    mach_port_destroy (here, *port);
  return err;
}

static error_t
spawn (const char *argz, size_t len, mach_port_t bootstrap)
{
  static const char env[] = "PATH=/bin:/sbin:/hurd";
  mach_port_t ports[INIT_PORT_MAX] = { 0 }, fds[3] = { 0 };
  int ints[INIT_INT_MAX] = { 0 };
  process_t proc = getproc ();
  task_t task;
  file_t program = file_name_lookup (argz, O_EXEC, 0);
  error_t err;

  if (program == MACH_PORT_NULL)
    return errno;
  err = task_create (mach_task_self (), FALSE, &task);
  if (err != 0)
    goto no_task;
  err = proc_child (proc, task);
  if (err == 0)
    err = proc_task2proc (proc, task, &ports[INIT_PORT_PROC]);
  if (err != 0)
    goto out;
  ports[INIT_PORT_CRDIR] = getcrdir ();
  ports[INIT_PORT_CWDIR] = getcrdir ();
  ports[INIT_PORT_AUTH] = getauth ();
  ports[INIT_PORT_BOOTSTRAP] = bootstrap;
  fds[STDERR_FILENO] = getdport (STDERR_FILENO);
  if (fds[STDERR_FILENO] == (mach_port_t) -1)
    fds[STDERR_FILENO] = MACH_PORT_NULL;
  err = file_exec_paths (program, task, EXEC_DEFAULTS, argz, argz, argz, len,
			 env, sizeof env, fds, MACH_MSG_TYPE_COPY_SEND, 3,
			 ports, MACH_MSG_TYPE_COPY_SEND, INIT_PORT_MAX,
			 ints, INIT_INT_MAX, NULL, 0, NULL, 0);
  for (int i = 0; i < INIT_PORT_MAX; i++)
    if (i != INIT_PORT_BOOTSTRAP && ports[i] != MACH_PORT_NULL)
      mach_port_deallocate (mach_task_self (), ports[i]);
  if (fds[STDERR_FILENO] != MACH_PORT_NULL)
    mach_port_deallocate (mach_task_self (), fds[STDERR_FILENO]);

 out:
  if (err != 0)
    task_terminate (task);
  mach_port_deallocate (mach_task_self (), task);
 no_task:
  mach_port_deallocate (mach_task_self (), program);
  mach_port_deallocate (mach_task_self (), proc);
  return err;
}

/* Answer the translator's message with the node it asked for.  */
static error_t
answer (struct request *request, file_t node, fsys_t *control)
{
  struct answer a =
  {
    .head.Head.msgh_bits =
      MACH_MSGH_BITS (MACH_MSGH_BITS_REMOTE (request->head.msgh_bits), 0),
    .head.Head.msgh_remote_port = request->head.msgh_remote_port,
    .head.Head.msgh_id = FSYS_STARTUP + 100,
    .head.Head.msgh_size = sizeof a.head,
    .head.RetCodeType = int_type,
    .node_type = right_type,
  };
  char retry_name[1024];
  retry_type retry;
  error_t err = dir_lookup (node, "", request->flags | O_NOTRANS, 0, &retry,
			    retry_name, &a.node);

  if (err == 0 && (retry != FS_RETRY_NORMAL || retry_name[0] != '\0'))
    {
      mach_port_deallocate (mach_task_self (), a.node);
      err = EIO;
    }
  a.head.RetCode = err;
  if (err == 0)
    {
      a.head.Head.msgh_bits |= MACH_MSGH_BITS_COMPLEX;
      a.head.Head.msgh_size = sizeof a;
      *control = request->control;
    }
  else
    mach_port_deallocate (mach_task_self (), request->control);
  if (mach_msg (&a.head.Head, MACH_SEND_MSG | MACH_SEND_TIMEOUT,
		a.head.Head.msgh_size, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL)
      != 0)
    mach_msg_destroy (&a.head.Head);
  return err;
}

static error_t
wait_for_startup (mach_port_t bootstrap, file_t node, int timeout,
		  fsys_t *control)
{
  union { struct request request; char room[1024]; } message;

  for (;;)
    {
      struct request *r = &message.request;
      error_t err = mach_msg (&r->head, MACH_RCV_MSG
			      | (timeout > 0 ? MACH_RCV_TIMEOUT : 0),
			      0, sizeof message, bootstrap, timeout * 1000,
			      MACH_PORT_NULL);

      if (err == MACH_RCV_TIMED_OUT)
	return ETIMEDOUT;
      if (err != 0)
	return err;
      if (r->head.msgh_id == FSYS_STARTUP
	  && r->head.msgh_size == sizeof *r
	  && r->control_type.msgt_name == MACH_MSG_TYPE_PORT_SEND)
	return answer (r, node, control);
      mach_msg_destroy (&r->head);
      if (r->head.msgh_id == MACH_NOTIFY_NO_SENDERS)
	return EDIED;
    }
}

error_t
start_translator (file_t node, const char *argz, size_t len, int timeout,
		  fsys_t *control)
{
  mach_port_t bootstrap;
  error_t err = make_bootstrap (&bootstrap);

  if (err != 0)
    return err;
  err = spawn (argz, len, bootstrap);
  mach_port_deallocate (mach_task_self (), bootstrap);
  if (err == 0)
    err = wait_for_startup (bootstrap, node, timeout, control);
  mach_port_mod_refs (mach_task_self (), bootstrap, MACH_PORT_RIGHT_RECEIVE,
		      -1);
  return err;
}
