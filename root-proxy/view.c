/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last committed state of the ground's files, for reading, as long as one looks.

   It is the ground's own tree while no redo is being applied.  So a view belongs to the
   checkpoint that is applied when it is opened; the next apply waits until it is closed,
   for a few seconds at most, and whoever opens one meanwhile waits for the apply.  A
   view that is still open then is at its end: ESTALE, never a mixture.

   Nodes are made at each lookup; translators are not gone through.  Clients are on the
   ground only, and nothing of this is part of a checkpoint.  */

#include <dirent.h>
#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <checkpointd/checkpointd.h>
#include <libserver/node-internal.h>
#include "proxy.h"
#include "ckpt_S.h"

#define PATIENCE 5		/* Seconds that an apply waits.  */

struct view_node
{
  mach_port_t port;		/* On the ground, bare.  */
  uint64_t change;		/* The state that it belongs to.  */
  bool top;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned int opens;
static bool applying;
static uint64_t change;		/* Counts applies; with rp.ground_lock.  */
static bool partial;		/* One has failed; likewise.  */

void
rp_view_begin_apply (void)
{
  struct timespec end;

  clock_gettime (CLOCK_REALTIME, &end);
  end.tv_sec += PATIENCE;
  pthread_mutex_lock (&lock);
  applying = true;
  while (opens > 0 && pthread_cond_timedwait (&changed, &lock, &end) == 0)
    continue;
  pthread_mutex_unlock (&lock);
  pthread_mutex_lock (&rp.ground_lock);
  change++;
}

void
rp_view_end_apply (error_t err)
{
  partial = err != 0;
  pthread_mutex_unlock (&rp.ground_lock);
  pthread_mutex_lock (&lock);
  applying = false;
  pthread_cond_broadcast (&changed);
  pthread_mutex_unlock (&lock);
}

/* Keep the ground as it is for a request to NODE.  */
static error_t
enter (struct fs_node *node, struct view_node **v)
{
  *v = node->data;
  pthread_mutex_lock (&rp.ground_lock);
  if ((*v)->change == change)
    return 0;
  pthread_mutex_unlock (&rp.ground_lock);
  return ESTALE;
}

static void
leave (void)
{
  pthread_mutex_unlock (&rp.ground_lock);
}

static error_t
view_stat (struct fs_node *node, io_statbuf_t *st)
{
  struct view_node *v;
  error_t err = enter (node, &v);

  if (err)
    return err;
  err = io_stat (v->port, st);
  leave ();
  st->st_mode &= ~(S_IPTRANS | S_IATRANS);
  return err;
}

static error_t
view_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	   size_t *len, void *data, int flags)
{
  struct view_node *v;
  error_t err = enter (node, &v);

  if (err)
    return err;
  err = rp_port_read_some (v->port, offset, len, data);
  leave ();
  return err;
}

static error_t
view_readlink (struct fs_node *node, char *target, size_t size)
{
  struct view_node *v;
  error_t err = enter (node, &v);

  if (err)
    return err;
  err = rp_port_read_some (v->port, 0, &size, target);
  leave ();
  return err;
}

static error_t
view_readdir (struct fs_node *node, int entry, struct fs_dirent_sink *sink)
{
  struct view_node *v;
  char *data = NULL;
  mach_msg_type_number_t len = 0;
  int amount = 0;
  error_t err = enter (node, &v);

  if (err)
    return err;
  err = dir_readdir (v->port, &data, &len, entry, -1, 0, &amount);
  leave ();
  for (mach_msg_type_number_t at = 0; !err && at < len;)
    {
      struct dirent64 *d = (struct dirent64 *) (data + at);
      if (d->d_reclen == 0 || len - at < d->d_reclen)
	err = EGRATUITOUS;
      /* An entry with number 0 stays one, so that the numbers of others stay.  */
      bool hidden = v->top && strcmp (d->d_name, OV_STAGE) == 0;
      if (!err && !fs_dirent_add (sink, hidden ? 0 : d->d_ino, d->d_name,
				  d->d_type))
	break;
      at += d->d_reclen;
    }
  if (data)
    vm_deallocate (mach_task_self (), (vm_address_t) data, len);
  return err;
}

static error_t
view_refuse_exec (struct fs_cred *cred, struct fs_node *node,
		  struct fs_exec_args *args)
{
  return EACCES;
}

static error_t
view_open (struct fs_node *node, struct fs_cred *cred, int flags)
{
  pthread_mutex_lock (&lock);
  opens++;
  pthread_mutex_unlock (&lock);
  return 0;
}

static void
view_close (struct fs_node *node, int flags)
{
  pthread_mutex_lock (&lock);
  if (--opens == 0)
    pthread_cond_broadcast (&changed);
  pthread_mutex_unlock (&lock);
}

static void
view_free (struct fs_node *node)
{
  struct view_node *v = node->data;

  mach_port_deallocate (mach_task_self (), v->port);
  free (v);
}

static error_t view_lookup (struct fs_node *dir, const char *name,
			    struct fs_node **node);

static const struct fs_ops view_ops = {
  .stat = view_stat, .lookup = view_lookup, .read = view_read,
  .readlink = view_readlink, .readdir = view_readdir,
  .exec = view_refuse_exec, .open = view_open, .close = view_close,
  .free = view_free
};

static error_t
view_statfs (struct fs_fs *fs, fsys_statfsbuf_t *st)
{
  return file_statfs (rp.ground, st);
}

static struct fs_fs view_fs =
{
  .name = "root-proxy view", .readonly = true, .statfs = view_statfs
};

/* A node for PORT (consumed); with rp.ground_lock held.  */
static error_t
make_node (mach_port_t port, bool top, struct fs_node **node)
{
  struct view_node *v = calloc (1, sizeof *v);
  io_statbuf_t st;
  error_t err = v ? io_stat (port, &st) : ENOMEM;

  view_fs.bucket = rp.fs.bucket;
  view_fs.fstype = rp.fs.fstype;
  if (!err)
    err = fs_node_create (&view_fs, &view_ops, st.st_ino, node);
  if (err)
    {
      free (v);
      mach_port_deallocate (mach_task_self (), port);
      return err;
    }
  *v = (struct view_node) { port, change, top };
  (*node)->data = v;
  return 0;
}

static error_t
view_lookup (struct fs_node *dir, const char *name, struct fs_node **node)
{
  struct view_node *v;
  int flags = O_NOLINK | O_NOTRANS | O_NONBLOCK;
  error_t err = enter (dir, &v);

  if (err)
    return err;
  /* Permissions are checked by the library; we can read all.  */
  mach_port_t port = MACH_PORT_NULL;
  errno = ENOENT;
  if (!(v->top && strcmp (name, OV_STAGE) == 0))
    port = file_name_lookup_under (v->port, name, flags | O_READ, 0);
  if (port == MACH_PORT_NULL && errno != ENOENT)
    port = file_name_lookup_under (v->port, name, flags, 0);
  err = port == MACH_PORT_NULL ? errno : make_node (port, false, node);
  leave ();
  return err;
}

bool
rp_is_ground (const struct fs_open *open)
{
  return open->node->fs == &view_fs || MACH_PORT_VALID (open->root_parent);
}

/* Who asks is on the ground.  */
static bool
is_ground (mach_port_t root)
{
  struct fs_cred *cred = sv_lookup (root, &fs_cred_class);
  bool ground = cred && rp_is_ground (cred->open);

  sv_unref (cred);
  return ground;
}

/* Open a view's root, whose state is checkpoint *NUMBER's.  */
static error_t
open_view (mach_port_t *port, unsigned int *number)
{
  static uid_t zero;
  const struct fs_ids ids = { 1, 1, &zero, &zero };
  struct fs_node *node;
  error_t err;

  pthread_mutex_lock (&rp.ground_lock);
  mach_port_t top = partial ? MACH_PORT_NULL
    : file_name_lookup_under (rp.ground, ".", O_READ, 0);
  /* The reason is in `ckpt status'.  */
  err = partial ? EBUSY : top == MACH_PORT_NULL ? errno
    : make_node (top, true, &node);
  *number = rp.applied;
  pthread_mutex_unlock (&rp.ground_lock);
  if (err)
    return err;
  struct fs_open from = { .shadow_root = node };
  err = fs_open_right (node, O_READ, &ids, &from, port);
  fs_node_unref (node);
  return err;
}

kern_return_t
S_ckpt_view (mach_port_t root, mach_port_t *port, mach_msg_type_name_t *type,
	     unsigned int *number)
{
  error_t err = checkpointd_check_caller (root);

  if (!err && !is_ground (root))
    err = EPERM;
  pthread_mutex_lock (&lock);
  while (!err && applying)
    err = sv_wait (&changed, &lock, NULL);
  opens += !err;		/* So that no apply begins in between.  */
  pthread_mutex_unlock (&lock);
  if (err)
    return err;
  err = open_view (port, number);
  view_close (NULL, 0);
  *type = MACH_MSG_TYPE_MOVE_SEND;
  return err;
}
