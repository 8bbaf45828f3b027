/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting a passive translator, and the parent's side of fsys_startup.  */

#include <stdlib.h>
#include <string.h>
#include <hurd/auth.h>
#include "node-internal.h"
#include "libexec/exec.h"
#include "fsys_S.h"

/* The bootstrap port of a translator that starts on NODE; DONE is protected by
   the node's lock and announced by its STARTED.  */
struct fs_boot
{
  struct sv_port port;
  struct fs_node *node;
  uid_t uid;
  gid_t gid;
  bool done;
};

static void
boot_no_senders (void *object)
{
  struct fs_boot *boot = object;
  pthread_mutex_lock (&boot->node->lock);
  boot->done = true;
  pthread_cond_broadcast (&boot->node->started);
  pthread_mutex_unlock (&boot->node->lock);
}

static void
boot_clean (void *object)
{
  struct fs_boot *boot = object;
  fs_node_unref (boot->node);
}

const struct sv_class fs_boot_class
  = { .name = "bootstrap", .no_senders = boot_no_senders,
      .clean = boot_clean };

kern_return_t
S_fsys_startup (mach_port_t bootstrap, int openflags, mach_port_t control,
		mach_port_t *realnode, mach_msg_type_name_t *poly)
{
  struct fs_boot *boot = sv_lookup (bootstrap, &fs_boot_class);
  if (boot == NULL)
    return EOPNOTSUPP;
  struct fs_node *node = boot->node;
  struct fs_ids *ids = fs_ids_make (&boot->uid, 1, &boot->gid, 1);
  error_t err = ids ? 0 : ENOMEM;
  *realnode = MACH_PORT_NULL;
  if (!err)
    err = fs_open_right (node, openflags, ids, NULL, realnode);
  if (!err)
    {
      pthread_mutex_lock (&node->lock);
      err = boot->done || MACH_PORT_VALID (node->active) ? EBUSY : 0;
      if (!err)
	err = fs_active_set (node, control);
      if (!err)
	{
	  boot->done = true;
	  pthread_cond_broadcast (&node->started);
	}
      pthread_mutex_unlock (&node->lock);
      if (err)
	fs_drop_right (*realnode);
    }
  *poly = MACH_MSG_TYPE_MOVE_SEND;
  fs_ids_free (ids);
  sv_unref (boot);
  return err;
}

/* A right to the root directory that our children are to have.  */
static error_t
child_root (struct fs_fs *fs, mach_port_t *root)
{
  uid_t zero = 0;
  *root = fs->child_root;
  if (MACH_PORT_VALID (*root))
    return sv_right_ref (*root);
  if (MACH_PORT_VALID (fs->underlying))
    {
      *root = getcrdir ();
      return MACH_PORT_VALID (*root) ? 0 : EIEIO;
    }
  struct fs_ids ids = { 1, 1, &zero, &zero };
  return fs_open_right (fs->root, O_READ | O_EXEC, &ids, NULL, root);
}

/* An auth handle for UID and GID, null if there is no auth server.  */
static error_t
child_auth (struct fs_fs *fs, uid_t uid, gid_t gid, mach_port_t *handle)
{
  uid_t uids[2] = { uid, uid };
  gid_t gids[2] = { gid, gid };
  mach_port_t ours = fs->child_auth;
  bool drop = !MACH_PORT_VALID (ours);
  error_t err = 0;

  *handle = MACH_PORT_NULL;
  if (drop)
    ours = getauth ();
  if (MACH_PORT_VALID (ours))
    err = auth_makeauth (ours, NULL, MACH_MSG_TYPE_COPY_SEND, 0, uids, 1,
			 uids, 2, gids, 1, gids, 2, handle);
  if (err && MACH_PORT_VALID (ours))
    {
      /* We are not privileged: the translator runs as we do.  */
      *handle = ours;
      err = sv_right_ref (ours);
    }
  if (drop)
    fs_drop_right (ours);
  return err;
}

/* Run the program of ARGZ with the bootstrap port BOOTSTRAP.  */
static error_t
run (struct fs_fs *fs, const char *argz, size_t len, uid_t uid, gid_t gid,
     mach_port_t bootstrap, task_t *task)
{
  struct exec_env env = { .bootstrap = bootstrap };
  mach_port_t file = MACH_PORT_NULL;
  error_t err = child_root (fs, &env.crdir);
  if (err)
    return err;
  env.cwdir = env.crdir;
  err = child_auth (fs, uid, gid, &env.auth);
  if (!err)
    err = exec_lookup (argz, O_EXEC | O_READ, env.crdir, env.cwdir, env.auth,
		       &file);
  if (!err)
    {
      env.fds[2] = getdport (2);
      if (!MACH_PORT_VALID (env.fds[2]))
	env.fds[2] = MACH_PORT_NULL;
      err = exec_start (file, argz, len, "", 0, &env, task);
      if (!err)
	fs_reap (fs->bucket, *task);
      fs_drop_right (env.fds[2]);
    }
  fs_drop_right (file);
  fs_drop_right (env.auth);
  fs_drop_right (env.crdir);
  return err;
}

/* Start ARGZ on NODE (not locked, marked as starting) and wait for it.  */
static error_t
start (struct fs_node *node, const char *argz, size_t len)
{
  struct fs_fs *fs = node->fs;
  struct fs_boot *boot;
  task_t task = MACH_PORT_NULL;
  io_statbuf_t st;
  error_t err;

  pthread_mutex_lock (&node->lock);
  err = fs_stat (node, &st);
  pthread_mutex_unlock (&node->lock);
  if (err)
    return err;
  err = sv_port_create (fs->bucket, &fs_boot_class, sizeof *boot, 0, &boot);
  if (err)
    return err;
  boot->node = fs_node_ref (node);
  boot->uid = st.st_uid;
  boot->gid = st.st_gid;
  mach_port_t right = sv_port_get_right (boot);
  if (fs->start_translator)
    err = fs->start_translator (fs, node, argz, len, st.st_uid, st.st_gid,
				right, &task);
  else
    err = run (fs, argz, len, st.st_uid, st.st_gid, right, &task);
  fs_drop_right (right);
  if (!err)
    {
      error_t intr = 0;
      pthread_mutex_lock (&node->lock);
      while (!boot->done && !intr)
	intr = sv_wait (&node->started, &node->lock, NULL);
      boot->done = true;
      err = MACH_PORT_VALID (node->active) ? 0 : intr ?: EDIED;
      pthread_mutex_unlock (&node->lock);
    }
  if (err && MACH_PORT_VALID (task))
    task_terminate (task);
  fs_drop_right (task);
  sv_port_destroy (boot);
  sv_unref (boot);
  return err;
}

error_t
fs_trans_control (struct fs_node *node, struct fs_trans *t,
		  mach_port_t *control)
{
  error_t err = 0;

  pthread_mutex_lock (&node->lock);
  while (!err && !MACH_PORT_VALID (node->active))
    if (t->kind != FS_START)
      err = EDIED;
    else if (node->starting)
      err = sv_wait (&node->started, &node->lock, NULL);
    else
      {
	node->starting = true;
	pthread_mutex_unlock (&node->lock);
	err = start (node, t->argz, t->len);
	pthread_mutex_lock (&node->lock);
	node->starting = false;
	pthread_cond_broadcast (&node->started);
      }
  if (!err)
    {
      *control = node->active;
      err = sv_right_ref (*control);
    }
  pthread_mutex_unlock (&node->lock);
  return err;
}
