/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals to the foreground process group: each member's message port gets a
   msg_sig_post with the cttyid port as the proof that we may.  In a thread of
   their own, for who gets one may take his time.  */

#include <hurd.h>
#include <hurd/msg.h>
#include <hurd/process.h>
#include <signal.h>
#include <stdlib.h>
#include "term.h"

struct signal
{
  struct signal *next;
  pid_t group;
  int number;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queued = PTHREAD_COND_INITIALIZER;
static struct signal *first, **lastp = &first;
static bool started;

static void
post (process_t proc, pid_t pid, int number, mach_port_t refport)
{
  mach_port_t msgport;

  if (proc_getmsgport (proc, pid, &msgport) != 0)
    return;
  msg_sig_post (msgport, number, 0, refport);
  mach_port_deallocate (mach_task_self (), msgport);
}

static void
post_group (struct signal *s)
{
  pid_t buffer[64], *pids = buffer;
  mach_msg_type_number_t n = sizeof buffer / sizeof *buffer;
  process_t proc = getproc ();
  mach_port_t refport;

  if (proc_getpgrppids (proc, s->group, &pids, &n) != 0)
    n = 0;
  refport = sv_port_get_right (term.cttyid);
  for (mach_msg_type_number_t i = 0; i < n; i++)
    post (proc, pids[i], s->number, refport);
  if (refport != MACH_PORT_NULL)
    mach_port_deallocate (mach_task_self (), refport);
  mach_port_deallocate (mach_task_self (), proc);
  if (pids != buffer)
    vm_deallocate (mach_task_self (), (vm_address_t) pids, n * sizeof *pids);
}

static void
sender (void *arg)
{
  pthread_mutex_lock (&lock);
  for (;;)
    {
      struct signal *s = first;

      if (s == NULL)
	{
	  pthread_cond_wait (&queued, &lock);
	  continue;
	}
      first = s->next;
      if (first == NULL)
	lastp = &first;
      pthread_mutex_unlock (&lock);
      post_group (s);
      free (s);
      pthread_mutex_lock (&lock);
    }
}

void
term_signal (int number)
{
  struct signal *s;

  if (term.foreground == 0)
    return;
  s = calloc (1, sizeof *s);
  if (s == NULL)
    return;
  s->group = term.foreground;
  s->number = number;
  pthread_mutex_lock (&lock);
  if (!started)
    started = sv_thread (sender, NULL) == 0;
  *lastp = s;
  lastp = &s->next;
  pthread_cond_signal (&queued);
  pthread_mutex_unlock (&lock);
}
