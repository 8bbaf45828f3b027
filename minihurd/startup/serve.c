/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The startup protocol.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <hurd.h>
#include <hurd/process.h>
#include <libserver/node-internal.h>
#include "startup.h"
#include "startup_S.h"

extern boolean_t S_startup_server (mach_msg_header_t *, mach_msg_header_t *);

struct notified
{
  struct notified *next;
  mach_port_t port;
  char *name;
};

/* The port that the first servers have as their bootstrap port.  */
struct first
{
  struct sv_port port;
};

static const struct sv_class first_class = { .name = "startup" };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t met = PTHREAD_COND_INITIALIZER;
static struct sv_bucket *bucket;
static struct essential *essentials;
static struct notified *notified;

/* What auth and proc tell, and what they are to be told.  */
static mach_port_t first_auth, first_proc, auth_proc;

static boolean_t
demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  return S_startup_server (inp, outp);
}

error_t
serve_startup (mach_port_t *bootstrap)
{
  static const sv_demuxer demuxers[] = { demuxer, NULL };
  struct first *first;
  error_t err;

  err = sv_bucket_create (&bucket);
  if (!err)
    err = sv_port_create (bucket, &first_class, sizeof *first, 0, &first);
  if (!err)
    {
      *bootstrap = sv_port_get_right (first);
      sv_unref (first);
      err = sv_serve (bucket, 2, demuxers);
    }
  return err;
}

/* Whether SERVER is a port on which the protocol is spoken: the first one, or
   an open of /servers/startup.  */
static bool
known (mach_port_t server)
{
  void *object = sv_lookup (server, &first_class);

  if (object == NULL)
    object = fs_cred_lookup (server);
  sv_unref (object);
  return object != NULL;
}

kern_return_t
S_startup_procinit (startup_t server, mach_port_t reply,
		    mach_msg_type_name_t replyPoly, process_t proc,
		    mach_port_t *startup_task, auth_t *auth,
		    mach_port_t *host, mach_msg_type_name_t *hostPoly,
		    mach_port_t *devices, mach_msg_type_name_t *devicesPoly)
{
  error_t err = 0;

  if (!known (server))
    return EOPNOTSUPP;
  pthread_mutex_lock (&lock);
  if (first_proc != MACH_PORT_NULL)
    err = EPERM;
  else
    {
      first_proc = proc;
      pthread_cond_broadcast (&met);
    }
  while (!err && first_auth == MACH_PORT_NULL)
    err = sv_wait (&met, &lock, NULL);
  pthread_mutex_unlock (&lock);
  *startup_task = mach_task_self ();
  *auth = first_auth;
  *host = host_priv;
  *devices = device_master;
  *hostPoly = *devicesPoly = MACH_MSG_TYPE_COPY_SEND;
  return err;
}

kern_return_t
S_startup_authinit (startup_t server, mach_port_t reply,
		    mach_msg_type_name_t replyPoly, mach_port_t auth,
		    mach_port_t *proc, mach_msg_type_name_t *procPoly)
{
  error_t err = 0;

  if (!known (server))
    return EOPNOTSUPP;
  pthread_mutex_lock (&lock);
  if (first_auth != MACH_PORT_NULL)
    err = EPERM;
  else
    {
      first_auth = auth;
      pthread_cond_broadcast (&met);
    }
  while (!err && auth_proc == MACH_PORT_NULL)
    err = sv_wait (&met, &lock, NULL);
  pthread_mutex_unlock (&lock);
  *proc = auth_proc;
  *procPoly = MACH_MSG_TYPE_COPY_SEND;
  return err;
}

error_t
meet_servers (task_t auth_task, mach_port_t *auth, mach_port_t *proc)
{
  mach_port_t right;
  error_t err;

  pthread_mutex_lock (&lock);
  while (first_auth == MACH_PORT_NULL || first_proc == MACH_PORT_NULL)
    pthread_cond_wait (&met, &lock);
  *auth = first_auth;
  *proc = first_proc;
  pthread_mutex_unlock (&lock);

  err = proc_child (*proc, auth_task);
  if (!err)
    err = proc_task2proc (*proc, auth_task, &right);
  pthread_mutex_lock (&lock);
  auth_proc = err ? MACH_PORT_DEAD : right;
  pthread_cond_broadcast (&met);
  pthread_mutex_unlock (&lock);
  return err;
}

/* An essential task has died.  */
static void
essential_died (void *arg, mach_port_t name)
{
  struct essential *e = arg;

  if (going_down)
    return;
  printf ("startup: %s has died\n", e->name);
  shut_down (RB_AUTOBOOT);
}

error_t
add_essential (task_t task, const char *name)
{
  struct essential *e = malloc (sizeof *e);

  if (e == NULL)
    return ENOMEM;
  e->task = task;
  e->name = strdup (name);
  pthread_mutex_lock (&lock);
  e->next = essentials;
  essentials = e;
  pthread_mutex_unlock (&lock);
  return sv_notify_dead (bucket, task, essential_died, e);
}

bool
is_essential (task_t task)
{
  struct essential *e;

  pthread_mutex_lock (&lock);
  for (e = essentials; e && e->task != task; e = e->next)
    ;
  pthread_mutex_unlock (&lock);
  return e != NULL;
}

kern_return_t
S_startup_essential_task (startup_t server, mach_port_t reply,
			  mach_msg_type_name_t replyPoly, mach_port_t task,
			  mach_port_t excpt, const_string_t name,
			  mach_port_t credential)
{
  error_t err;

  if (!known (server))
    return EOPNOTSUPP;
  if (credential != host_priv)
    return EPERM;
  err = add_essential (task, name);
  if (err)
    return err;
  if (MACH_PORT_VALID (excpt))
    mach_port_mod_refs (mach_task_self (), excpt, MACH_PORT_RIGHT_RECEIVE, -1);
  mach_port_deallocate (mach_task_self (), credential);
  return 0;
}

static void
notified_died (void *arg, mach_port_t name)
{
  struct notified **np, *n;

  pthread_mutex_lock (&lock);
  for (np = &notified; (n = *np);)
    if (n->port == name)
      {
	*np = n->next;
	mach_port_deallocate (mach_task_self (), name);
	free (n->name);
	free (n);
      }
    else
      np = &n->next;
  pthread_mutex_unlock (&lock);
}

kern_return_t
S_startup_request_notification (startup_t server, mach_port_t port,
				const_string_t name)
{
  struct notified *n;

  if (!known (server))
    return EOPNOTSUPP;
  if (!MACH_PORT_VALID (port))
    return EINVAL;
  n = malloc (sizeof *n);
  if (n == NULL)
    return ENOMEM;
  n->port = port;
  n->name = strndup (name, sizeof (string_t));
  pthread_mutex_lock (&lock);
  n->next = notified;
  notified = n;
  pthread_mutex_unlock (&lock);
  sv_notify_dead (bucket, port, notified_died, NULL);
  return 0;
}

void
for_each_notified (void (*function) (mach_port_t port, const char *name))
{
  struct notified *n;

  pthread_mutex_lock (&lock);
  n = notified;
  notified = NULL;
  pthread_mutex_unlock (&lock);
  for (; n; n = n->next)
    function (n->port, n->name ? n->name : "?");
}

static void
shut_down_thread (void *arg)
{
  shut_down ((intptr_t) arg);
}

kern_return_t
S_startup_reboot (startup_t server, mach_port_t refport, int reboot_code)
{
  error_t err;

  if (!known (server))
    return EOPNOTSUPP;
  if (refport != host_priv)
    return EPERM;
  err = sv_thread (shut_down_thread, (void *) (intptr_t) reboot_code);
  if (!err)
    mach_port_deallocate (mach_task_self (), refport);
  return err;
}

/* A file that is nothing but a way to us.  */
static error_t
stat_node (struct fs_node *node, io_statbuf_t *st)
{
  memset (st, 0, sizeof *st);
  st->st_fstype = FSTYPE_MISC;
  st->st_ino = node->ino;
  st->st_mode = S_IFCHR | 0644;
  st->st_nlink = 1;
  st->st_blksize = 4096;
  return 0;
}

static const struct fs_ops ops = { .stat = stat_node };

error_t
publish_startup (void)
{
  static const sv_demuxer demuxers[] = { demuxer, NULL };
  static struct fs_fs fs =
    {
      .name = "startup", .fstype = FSTYPE_MISC, .demuxers = demuxers
    };
  struct fs_control *control_port = NULL;
  mach_port_t node, control;
  error_t err;

  err = sv_bucket_create (&fs.bucket);
  if (!err)
    err = fs_node_create (&fs, &ops, 1, &fs.root);
  if (!err)
    err = fs_serve (&fs, 1);
  if (!err)
    {
      control_port = fs_control_get (&fs);
      err = control_port ? 0 : ENOMEM;
    }
  if (err)
    return err;
  control = sv_port_get_right (control_port);
  sv_unref (control_port);
  node = file_name_lookup ("/servers/startup", O_NOTRANS, 0);
  if (node == MACH_PORT_NULL)
    return errno;
  /* CONTROL is kept: while we have it nobody may think that we are not
     needed.  */
  err = file_set_translator (node, 0, FS_TRANS_SET | FS_TRANS_ORPHAN, 0, "", 0,
			     control, MACH_MSG_TYPE_COPY_SEND);
  mach_port_deallocate (mach_task_self (), node);
  return err;
}
