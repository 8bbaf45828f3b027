/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIGIO: to the owners of opens with O_ASYNC, and to those who asked with
   io_async.  The proof that we may send it is the node's identity port, which
   any client of the node can ask for; a C library compares it with what its own
   files tell it.  In a thread of its own, for who gets a signal may take his
   time.  */

#include <signal.h>
#include <stdlib.h>
#include <hurd.h>
#include <hurd/msg.h>
#include <hurd/process.h>
#include "node-internal.h"
#include "io_S.h"

/* A message port that io_async named.  */
struct fs_async
{
  struct fs_async *next;
  mach_port_t notify;
};

/* More owners of one node's opens are not told.  */
enum { OWNERS = 64 };

struct event
{
  struct event *next;
  struct fs_node *node;		/* Referenced.  */
  pid_t owners[OWNERS];		/* The first: of opens that nobody owns.  */
  int n;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queued = PTHREAD_COND_INITIALIZER;
static struct event *first, **lastp = &first;
static bool started;

/* Note the owner of CRED's open, if it wants to be told.  */
static error_t
note_owner (void *object, void *arg)
{
  struct fs_cred *cred = object;
  struct event *e = arg;
  pid_t owner = cred->open->owner ?: e->owners[0];
  int i = 1;

  if (cred->open->node != e->node || !(cred->open->flags & O_ASYNC)
      || owner == 0)
    return 0;
  while (i < e->n && e->owners[i] != owner)
    i++;
  if (i == e->n && i < OWNERS)
    e->owners[e->n++] = owner;
  return 0;
}

/* Send SIGIO to the process OWNER, or to the group -OWNER.  */
static void
post (process_t proc, pid_t owner, mach_port_t id)
{
  pid_t room[64], *pids = room;
  mach_msg_type_number_t n = sizeof room / sizeof *room;
  mach_port_t msgport;

  if (owner > 0)
    {
      room[0] = owner;
      n = 1;
    }
  else if (proc_getpgrppids (proc, -owner, &pids, &n))
    return;
  for (mach_msg_type_number_t i = 0; i < n; i++)
    if (proc_getmsgport (proc, pids[i], &msgport) == 0)
      {
	msg_sig_post (msgport, SIGIO, 0, id);
	fs_drop_right (msgport);
      }
  if (pids != room)
    vm_deallocate (mach_task_self (), (vm_address_t) pids, n * sizeof *pids);
}

/* Tell those who asked with io_async; forget who is gone.  */
static void
tell_askers (struct fs_node *node, mach_port_t id)
{
  struct fs_async *list, *a;

  pthread_mutex_lock (&node->lock);
  list = node->askers;
  node->askers = NULL;
  pthread_mutex_unlock (&node->lock);
  while ((a = list))
    {
      list = a->next;
      if (msg_sig_post (a->notify, SIGIO, 0, id) == MACH_SEND_INVALID_DEST)
	{
	  fs_drop_right (a->notify);
	  free (a);
	  continue;
	}
      pthread_mutex_lock (&node->lock);
      a->next = node->askers;
      node->askers = a;
      pthread_mutex_unlock (&node->lock);
    }
}

static void
deliver (struct event *e)
{
  struct fs_identity *identity;
  process_t proc = getproc ();
  mach_port_t id = MACH_PORT_NULL;

  pthread_mutex_lock (&e->node->lock);
  e->node->sigio = false;
  pthread_mutex_unlock (&e->node->lock);
  if (fs_identity_get (e->node, 0, &identity) == 0)
    {
      id = sv_port_get_right (identity);
      sv_unref (identity);
    }
  sv_for_each (e->node->fs->bucket, &fs_cred_class, note_owner, e);
  for (int i = 1; i < e->n; i++)
    post (proc, e->owners[i], id);
  tell_askers (e->node, id);
  fs_drop_right (id);
  fs_drop_right (proc);
  fs_node_unref (e->node);
}

static void
sender (void *arg)
{
  struct event *e;

  for (;;)
    {
      pthread_mutex_lock (&lock);
      while (first == NULL)
	pthread_cond_wait (&queued, &lock);
      e = first;
      first = e->next;
      if (first == NULL)
	lastp = &first;
      pthread_mutex_unlock (&lock);
      deliver (e);
      free (e);
    }
}

void
fs_sigio (struct fs_node *node, pid_t owner)
{
  struct event *e;

  if ((node->nasync == 0 && node->askers == NULL) || node->sigio
      || (e = calloc (1, sizeof *e)) == NULL)
    return;
  node->sigio = true;
  e->node = fs_node_ref (node);
  e->owners[0] = owner;
  e->n = 1;
  pthread_mutex_lock (&lock);
  if (!started)
    started = sv_thread (sender, NULL) == 0;
  *lastp = e;
  lastp = &e->next;
  pthread_cond_signal (&queued);
  pthread_mutex_unlock (&lock);
}

void
fs_async_count (struct fs_open *open)
{
  bool async = (open->flags & O_ASYNC) && open->node->ops->async;

  if (async != open->async)
    open->node->nasync += async ? 1 : -1;
  open->async = async;
}

void
fs_async_free (struct fs_node *node)
{
  struct fs_async *a;

  while ((a = node->askers))
    {
      node->askers = a->next;
      fs_drop_right (a->notify);
      free (a);
    }
}

/* What both requests answer; NOTIFY, if it is not null, is to be told.  */
static error_t
async_id (io_t port, mach_port_t notify, mach_port_t *id,
	  mach_msg_type_name_t *poly)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (port, &node);
  struct fs_identity *identity;
  struct fs_async *a = NULL;
  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = 0;
  if (!node->ops->async)
    err = EOPNOTSUPP;
  else if (!(cred->open->flags & (O_READ | O_WRITE)))
    err = EBADF;
  if (!err && MACH_PORT_VALID (notify)
      && (a = malloc (sizeof *a)) == NULL)
    err = ENOMEM;
  if (!err)
    err = fs_identity_get (node, 0, &identity);
  if (!err)
    {
      *id = sv_port_get_right (identity);
      *poly = MACH_MSG_TYPE_MOVE_SEND;
      sv_unref (identity);
      err = *id ? 0 : ENOMEM;
    }
  if (!err && a)
    {
      a->notify = notify;
      pthread_mutex_lock (&node->lock);
      a->next = node->askers;
      node->askers = a;
      pthread_mutex_unlock (&node->lock);
      a = NULL;
    }
  free (a);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_io_async (io_t object, mach_port_t notify, mach_port_t *id,
	    mach_msg_type_name_t *poly)
{
  return async_id (object, notify, id, poly);
}

kern_return_t
S_io_get_icky_async_id (io_t object, mach_port_t *id,
			mach_msg_type_name_t *poly)
{
  return async_id (object, MACH_PORT_NULL, id, poly);
}
