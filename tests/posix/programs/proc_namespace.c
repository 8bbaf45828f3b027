/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a task name space: its owner hears of new tasks, and its end ends them.  */

#include "../test.h"
#include <mach.h>
#include <hurd.h>
#include <hurd/process.h>

/* The kernel's notification of a new task.  */
enum { NEW_TASK = 2900 };

static int fd[2];

static int
owner (void *arg)
{
  struct
  {
    mach_msg_header_t head;
    char rest[100];
  } msg;
  mach_port_t port = mach_reply_port ();
  CHECK (proc_make_task_namespace (getproc (), port, MACH_MSG_TYPE_MAKE_SEND) == 0);
  pid_t pid = fork ();
  if (pid == 0)
    {
      setsid ();
      nap (20000);
      _exit (0);
    }
  NEED (write (fd[1], &pid, sizeof pid) == sizeof pid);
  error_t err = mach_msg (&msg.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof msg, port, 2000,
			  MACH_PORT_NULL);
  CHECK (err == 0);
  if (!err)
    printf ("message %d\n", (int) msg.head.msgh_id);
  nap (100);
  return verdict ();
}

int
main (void)
{
  pid_t inside = 0;
  NEED (pipe (fd) == 0);
  pid_t pid = child (owner, NULL);
  CHECK (read (fd[0], &inside, sizeof inside) == sizeof inside);
  CHECK (kill (inside, 0) == 0);
  CHECK (ended (pid) == 0);
  int i;
  for (i = 0; i < 40 && kill (inside, 0) == 0; i++)
    nap (50);
  printf ("after %d ms\n", i * 50);
  CHECK_ERROR (kill (inside, 0), ESRCH);
  return verdict ();
}
