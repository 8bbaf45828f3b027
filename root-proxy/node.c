/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes: from an object of the overlay to what libserver serves.  */

#include <hurd.h>
#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include "proxy.h"

struct rp rp = {
  .lock = PTHREAD_MUTEX_INITIALIZER,
  .ground_lock = PTHREAD_MUTEX_INITIALIZER,
  .console_lock = PTHREAD_MUTEX_INITIALIZER,
  .max_held = RP_MAX_HELD,
  .max_undo = RP_MAX_UNDO
};

static error_t
file_open (struct fs_node *node, struct fs_cred *cred, int flags)
{
  pthread_mutex_lock (&rp.lock);
  rp_data (node)->opens++;
  pthread_mutex_unlock (&rp.lock);
  return 0;
}

static void
file_close (struct fs_node *node, int flags)
{
  pthread_mutex_lock (&rp.lock);
  rp_data (node)->opens--;
  pthread_mutex_unlock (&rp.lock);
}

static void
file_free (struct fs_node *node)
{
  struct rp_node *d = rp_data (node);

  if (d->port != MACH_PORT_NULL)
    mach_port_deallocate (mach_task_self (), d->port);
  if (d->pager)
    fs_pager_free (d->pager);
  free (d);
}

const struct fs_ops rp_file_ops = {
  .stat = rp_stat, .lookup = rp_lookup, .cross = rp_cross, .create = rp_create,
  .mkdir = rp_mkdir, .unlink = rp_unlink, .rmdir = rp_rmdir,
  .link = rp_link, .rename = rp_rename, .readdir = rp_readdir,
  .read_through = rp_read_through, .read = rp_read,
  .admit = rp_admit, .write = rp_write, .truncate = rp_truncate,
  .readlink = rp_readlink, .chmod = rp_chmod, .chown = rp_chown,
  .chflags = rp_chflags, .chauthor = rp_chauthor, .utimens = rp_utimens,
  .sync = rp_sync, .get_translator = rp_get_translator,
  .set_translator = rp_set_translator, .map = rp_map,
  .open = file_open, .close = file_close, .free = file_free
};

/* Do requests to OV pass through?  A file can be had so, too, if it is on the ground
   and nothing is held for it.  */
static bool
is_stream (struct ov_node *ov)
{
  char *path;
  enum policy policy;

  if (S_ISCHR (ov->type))
    return ov->gino != 0;
  if (!S_ISREG (ov->type) || rp.policies.n == 0 || ov->gino == 0
      || ov->npages || ov->held)
    return false;
  path = rp_path (ov);
  policy = policy_of (&rp.policies, path, ov->type);
  free (path);
  return policy != POLICY_COMMIT;
}

error_t
rp_node_get (struct ov_node *ov, struct fs_node **node)
{
  bool stream = is_stream (ov);
  struct rp_node *d;
  error_t err;

  if (ov->user)
    {
      *node = fs_node_ref (ov->user);
      return 0;
    }
  d = calloc (1, sizeof *d);
  if (d == NULL)
    return ENOMEM;
  d->kind = stream ? RP_STREAM : RP_FILE;
  pthread_cond_init (&d->written, NULL);
  err = fs_node_create (&rp.fs, stream ? &rp_stream_ops : &rp_file_ops,
			ov->ino, node);
  if (err)
    {
      free (d);
      return err;
    }
  d->ov = ov;
  (*node)->data = d;
  /* The table has a reference of its own, until the node is forgotten.  */
  ov->user = fs_node_ref (*node);
  return 0;
}

void
rp_find_self (mach_port_t underlying)
{
  io_statbuf_t st, top;

  /* A number of another file system says nothing.  */
  if (io_stat (underlying, &st) == 0 && io_stat (rp.ground, &top) == 0
      && st.st_fsid == top.st_fsid)
    rp.self = st.st_ino;
}

bool
rp_is_self (const struct ov_node *ov)
{
  return ov->gino != 0 && ov->gino == rp.self && ov->gdev == rp.ov.root_dev;
}

error_t
rp_init (void)
{
  error_t err;

  rp.ground = getcrdir ();
  if (rp.ground == MACH_PORT_NULL)
    return errno;
  fs_foreign = rp_is_ground;
  err = ov_init (&rp.ov);
  rp.ov.root_dev = 1;
  rp_ask_room ();
  return err;
}

error_t
rp_fresh_root (void)
{
  struct ov_node *ov;
  io_statbuf_t st;
  error_t err = io_stat (rp.ground, &st);

  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  ov = ov_add_ground (&rp.ov, rp.ov.root_dev, st.st_ino, S_IFDIR, NULL, NULL);
  err = ov ? rp_node_get (ov, &rp.fs.root) : ENOMEM;
  pthread_mutex_unlock (&rp.lock);
  return err;
}
