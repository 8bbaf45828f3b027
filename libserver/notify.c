/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notifications of the kernel.  */

#include <stdlib.h>
#include "internal.h"

/* Somebody who wants to know of a port's death.  */
struct watcher
{
  struct watcher *next;
  struct sv_bucket *bucket;
  mach_port_t name;
  void (*function) (void *arg, mach_port_t name);
  void *arg;
};

static struct watcher *watchers;

static error_t
request (struct sv_bucket *b, mach_port_t name)
{
  mach_port_t previous = MACH_PORT_NULL;
  error_t err;
  err = mach_port_request_notification (mach_task_self (), name,
					MACH_NOTIFY_DEAD_NAME, 1, b->control,
					MACH_MSG_TYPE_MAKE_SEND_ONCE,
					&previous);
  if (!err && MACH_PORT_VALID (previous))
    mach_port_deallocate (mach_task_self (), previous);
  return err;
}

error_t
sv_notify_dead (struct sv_bucket *bucket, mach_port_t name,
		void (*function) (void *arg, mach_port_t name), void *arg)
{
  struct watcher *w = malloc (sizeof *w);
  if (w == NULL)
    return ENOMEM;
  w->bucket = bucket;
  w->name = name;
  w->function = function;
  w->arg = arg;
  pthread_mutex_lock (&sv_lock);
  error_t err = request (bucket, name);
  if (!err)
    {
      w->next = watchers;
      watchers = w;
    }
  pthread_mutex_unlock (&sv_lock);
  if (err)
    free (w);
  return err;
}

/* Take a watcher of NAME off the list; sv_lock held.  */
static struct watcher *
take_watcher (struct sv_bucket *b, mach_port_t name)
{
  for (struct watcher **wp = &watchers; *wp; wp = &(*wp)->next)
    if ((*wp)->bucket == b && (*wp)->name == name)
      {
	struct watcher *w = *wp;
	*wp = w->next;
	return w;
      }
  return NULL;
}

static void
dead_name (struct sv_bucket *b, mach_port_t name)
{
  struct watcher *w;

  pthread_mutex_lock (&sv_lock);
  sv_interrupt_reply (b, name);
  while ((w = take_watcher (b, name)))
    {
      pthread_mutex_unlock (&sv_lock);
      w->function (w->arg, name);
      free (w);
      pthread_mutex_lock (&sv_lock);
    }
  pthread_mutex_unlock (&sv_lock);
  /* The notification came with a reference, which has kept the name ours.  */
  mach_port_deallocate (mach_task_self (), name);
}

/* The right NAME was released, and with it our request.  The name may mean
   something new meanwhile, for somebody else.  */
static void
deleted (struct sv_bucket *b, mach_port_t name)
{
  pthread_mutex_lock (&sv_lock);
  for (struct watcher *w = watchers; w; w = w->next)
    if (w->bucket == b && w->name == name)
      {
	if (request (b, name))
	  while ((w = take_watcher (b, name)))
	    free (w);
	break;
      }
  pthread_mutex_unlock (&sv_lock);
}

static void
no_senders (struct sv_port *port, mach_port_mscount_t count,
	    mach_port_seqno_t seqno)
{
  pthread_mutex_lock (&sv_lock);
  port->ns_requested = false;
  bool gone = port->senders && port->right;
  if (gone && count != port->mscount)
    {
      /* We have made another one since.  */
      sv_request_no_senders (port);
      gone = false;
    }
  if (gone)
    {
      port->senders = false;
      port->finished = true;
      port->final = seqno + 1;
    }
  pthread_mutex_unlock (&sv_lock);
  if (!gone)
    return;
  if (port->class->no_senders)
    port->class->no_senders (port);
  sv_unref (port);
}

bool
sv_notification (struct sv_bucket *b, struct sv_port *port,
		 mach_msg_header_t *msg)
{
  /* The kernel uses the send-once right that we gave it; nobody else has
     one.  */
  if (msg->msgh_id <= MACH_NOTIFY_FIRST || msg->msgh_id > MACH_NOTIFY_LAST
      || MACH_MSGH_BITS_LOCAL (msg->msgh_bits) != MACH_MSG_TYPE_PORT_SEND_ONCE)
    return false;
  bool ours = msg->msgh_local_port == b->control;
  mach_dead_name_notification_t *n = (mach_dead_name_notification_t *) msg;
  bool whole = msg->msgh_size >= sizeof *n;

  if (msg->msgh_id == MACH_NOTIFY_NO_SENDERS && whole && port)
    no_senders (port, ((mach_no_senders_notification_t *) msg)->not_count,
		msg->msgh_seqno);
  else if (msg->msgh_id == MACH_NOTIFY_DEAD_NAME && whole && ours)
    dead_name (b, n->not_port);
  else if (msg->msgh_id == MACH_NOTIFY_PORT_DELETED && whole && ours)
    deleted (b, n->not_port);
  return true;
}
