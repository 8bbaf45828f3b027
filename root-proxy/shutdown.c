/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end: of the machine, of which startup tells us, or of this process.  A
   last checkpoint is taken, and none after it: the ground may be read-only by
   then, and what runs inside may be killed task by task.  */

#include <hurd.h>
#include <hurd/paths.h>
#include <hurd/startup.h>
#include <mach/mig_support.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <checkpointd/checkpointd.h>
#include "proxy.h"

/* The longest message of the protocol has one integer.  */
#define MESSAGE_MAX	256

extern boolean_t S_startup_notify_server (mach_msg_header_t *inp,
					  mach_msg_header_t *outp);

void
rp_last_checkpoint (void)
{
  static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
  static bool done;

  /* Another one may be taking it, which has to wait for requests as this one.  */
  sv_park ();
  pthread_mutex_lock (&once);
  sv_unpark ();
  if (!done)
    {
      checkpointd_save (NULL, NULL);
      /* One that is being taken may have to wait for requests as this one.  */
      sv_park ();
      checkpointd_stop ();
      sv_unpark ();
      done = true;
    }
  pthread_mutex_unlock (&once);
}

kern_return_t
S_startup_dosync (mach_port_t port, natural_t timeout)
{
  rp_last_checkpoint ();
  return 0;
}

/* In a thread of its own, which no checkpoint waits for.  */
static void
serve (void *arg)
{
  mach_port_t port = (uintptr_t) arg;

  for (;;)
    mach_msg_server (S_startup_notify_server, MESSAGE_MAX, port);
}

error_t
rp_watch_shutdown (const char *store)
{
  mach_port_t port = mach_reply_port (), startup;
  char name[sizeof (string_t)];
  error_t err;

  /* That nobody tells us is no reason not to run: signals come, too.  */
  startup = file_name_lookup (_SERVERS_STARTUP, 0, 0);
  if (startup == MACH_PORT_NULL)
    return 0;
  err = sv_thread (serve, (void *) (uintptr_t) port);
  snprintf (name, sizeof name, "%s %s", program_invocation_short_name,
	    store ? store : "");
  if (!err)
    startup_request_notification (startup, port, MACH_MSG_TYPE_MAKE_SEND, name);
  mach_port_deallocate (mach_task_self (), startup);

  return err;
}

static volatile sig_atomic_t told;	/* To end.  */

static void
note (int signo)
{
  told = 1;
}

void
rp_block_signals (void)
{
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGTERM);
  sigprocmask (SIG_BLOCK, &set, NULL);
  signal (SIGTERM, note);
  /* Nor do we end with the session or the job that we were started from.  */
  setsid ();
}

void
rp_wait_for_end (void)
{
  sigset_t set;

  sigprocmask (SIG_BLOCK, NULL, &set);
  sigdelset (&set, SIGTERM);
  while (!told)
    sigsuspend (&set);
  rp_last_checkpoint ();
  exit (0);
}
