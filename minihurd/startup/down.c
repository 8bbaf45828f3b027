/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking the system down: everybody is asked to end, then made to; those who
   asked for it are told to write what they have; the root is written and left
   clean; the machine stops.  */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/reboot.h>
#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/fsys.h>
#include <hurd/msg.h>
#include <hurd/process.h>
#include <mach/mach_host.h>
#include "startup.h"
#include "startup_notify_U.h"

#ifndef RB_NOSYNC
#define RB_NOSYNC 0x04
#endif

/* How long processes have to end, and a server to write, in milliseconds.  */
enum { END_MS = 3000, SYNC_MS = 30000, STEP_MS = 50 };

bool going_down;

/* Call FUNCTION for each process that is neither essential nor ours; returns
   how many there are.  */
static int
for_each_process (void (*function) (pid_t pid, task_t task))
{
  pid_t buf[256], *pids = buf;
  mach_msg_type_number_t n = 256, i;
  process_t proc = getproc ();
  int count = 0;

  if (proc_getallpids (proc, &pids, &n))
    n = 0;
  for (i = 0; i < n; i++)
    {
      task_t task;
      if (proc_pid2task (proc, pids[i], &task) || !MACH_PORT_VALID (task))
	continue;
      if (task != mach_task_self () && !is_essential (task))
	{
	  count++;
	  if (function)
	    function (pids[i], task);
	}
      mach_port_deallocate (mach_task_self (), task);
    }
  if (pids != buf)
    vm_deallocate (mach_task_self (), (vm_address_t) pids, n * sizeof *pids);
  mach_port_deallocate (mach_task_self (), proc);
  return count;
}

/* Ask without waiting for the answer: it may never come.  */
static void
terminate (pid_t pid, task_t task)
{
  struct
  {
    mach_msg_header_t head;
    mach_msg_type_t signo_type;
    int signo;
    mach_msg_type_t code_type;
    int code;
    mach_msg_type_t ref_type;
    mach_port_t ref;
  } m;
  const mach_msg_type_t number =
    {
      .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32,
      .msgt_number = 1, .msgt_inline = TRUE
    };
  process_t proc = getproc ();
  mach_port_t msgport = MACH_PORT_NULL;
  struct procinfo info, *pi = &info;
  mach_msg_type_number_t n = sizeof info / sizeof (int), nwaits = 0;
  char *waits = NULL;
  int flags = 0;

  /* Without a message port the request for it might wait.  */
  if (proc_getprocinfo (proc, pid, &flags, (procinfo_t *) &pi, &n, &waits,
			&nwaits) == 0
      && !(pi->state & PI_NOMSG)
      && proc_getmsgport (proc, pid, &msgport) == 0
      && MACH_PORT_VALID (msgport))
    {
      memset (&m, 0, sizeof m);
      m.head.msgh_bits = MACH_MSGH_BITS_COMPLEX
			 | MACH_MSGH_BITS (MACH_MSG_TYPE_MOVE_SEND, 0);
      m.head.msgh_size = sizeof m;
      m.head.msgh_remote_port = msgport;
      m.head.msgh_id = 23000;	/* msg_sig_post */
      m.signo_type = m.code_type = m.ref_type = number;
      m.signo = SIGTERM;
      m.ref_type.msgt_name = MACH_MSG_TYPE_COPY_SEND;
      m.ref = task;
      if (mach_msg (&m.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof m, 0,
		    MACH_PORT_NULL, 0, MACH_PORT_NULL))
	mach_port_deallocate (mach_task_self (), msgport);
    }
  mach_port_deallocate (mach_task_self (), proc);
}

static void
finish (pid_t pid, task_t task)
{
  task_terminate (task);
}

static void
end_processes (void)
{
  int ms;

  for_each_process (terminate);
  for (ms = 0; ms < END_MS && for_each_process (NULL); ms += STEP_MS)
    usleep (STEP_MS * 1000);
  for_each_process (finish);
}

static void
notify (mach_port_t port, const char *name)
{
  error_t err = startup_dosync (port, SYNC_MS);

  if (err && err != MACH_SEND_INVALID_DEST && err != MIG_SERVER_DIED)
    printf ("startup: %s: %s\n", name, strerror (err));
}

static void
leave_root (void)
{
  mach_port_t root = getcrdir (), control;
  error_t err = file_getcontrol (root, &control);

  if (!err)
    {
      err = fsys_syncfs (control, TRUE, TRUE);
      if (!err || err == EROFS)
	err = fsys_goaway (control, FSYS_GOAWAY_FORCE);
    }
  if (err && err != EBUSY)
    printf ("startup: the root file system: %s\n", strerror (err));
}

void
shut_down (int howto)
{
  static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;

  pthread_mutex_lock (&once);	/* Kept: others wait for the end.  */
  going_down = true;
  printf ("startup: the system is going down\n");
  for_each_notified (notify);
  if (!(howto & RB_NOSYNC))
    {
      end_processes ();
      leave_root ();
    }
  fflush (stdout);
  /* The kernel's way to halt is to stay there; the machine is to stop, and a
     reboot is what does that everywhere.  */
  host_reboot (host_priv, RB_AUTOBOOT);
  for (;;)
    sleep (1);
}
