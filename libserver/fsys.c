/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fsys protocol.  */

#include <stdlib.h>
#include <string.h>
#include <argz.h>
#include <hurd/auth.h>
#include <hurd/fsys.h>
#include "node-internal.h"
#include "fsys_S.h"

/* A name that a retry is to go on with.  */
static error_t
retry (const char *target, mach_port_t dotdot, retry_type *do_retry,
       string_t retry_name, mach_port_t *file)
{
  if (strlen (target) >= sizeof (string_t))
    return ENAMETOOLONG;
  strcpy (retry_name, target);
  if (*target == '/')
    {
      *do_retry = FS_RETRY_MAGICAL;
      *file = MACH_PORT_NULL;
      fs_drop_right (dotdot);
    }
  else
    {
      *do_retry = FS_RETRY_REAUTH;
      *file = dotdot;
    }
  return 0;
}

/* Open the root for IDS.  DOTDOT is consumed on success.  */
static error_t
get_root (struct fs_fs *fs, mach_port_t dotdot, const struct fs_ids *ids,
	  int flags, retry_type *do_retry, string_t retry_name,
	  mach_port_t *file)
{
  struct fs_node *root = fs->root;
  struct fs_trans t = { .kind = FS_PLAIN };
  mach_port_t control;
  io_statbuf_t st;

  pthread_mutex_lock (&root->lock);
  error_t err = fs_stat (root, &st);
  if (!err && !(flags & O_NOTRANS))
    err = fs_trans_find (root, &st, &t);
  pthread_mutex_unlock (&root->lock);
  if (err)
    return err;
  if (t.kind == FS_LINK && !(flags & O_NOLINK))
    err = retry (t.target, dotdot, do_retry, retry_name, file);
  else if (t.kind == FS_MAGIC)
    {
      strcpy (retry_name, t.target);
      *do_retry = FS_RETRY_MAGICAL;
      *file = MACH_PORT_NULL;
      fs_drop_right (dotdot);
    }
  else if (t.kind == FS_ACTIVE || t.kind == FS_START)
    {
      err = fs_trans_control (root, &t, &control);
      if (!err)
	{
	  sv_park ();
	  err = fsys_getroot (control, dotdot, MACH_MSG_TYPE_COPY_SEND,
			      ids->uids, ids->nuids, ids->gids, ids->ngids,
			      flags, do_retry, retry_name, file);
	  sv_unpark ();
	  fs_drop_right (control);
	}
      if (!err)
	fs_drop_right (dotdot);
    }
  else
    {
      struct fs_open from = { .root_parent = dotdot };
      if ((flags & O_CREAT) && (flags & O_EXCL))
	err = EEXIST;
      if (!err)
	err = fs_open_check (root, &st, flags, ids);
      if (!err)
	err = fs_open_right (root, flags, ids, &from, file);
      if (!err)
	{
	  *do_retry = FS_RETRY_NORMAL;
	  *retry_name = '\0';
	  fs_drop_right (dotdot);
	}
    }
  fs_trans_free (&t);
  return err;
}

kern_return_t
S_fsys_getroot (fsys_t fsys, mach_port_t dotdot, const_idarray_t uids,
		mach_msg_type_number_t nuids, const_idarray_t gids,
		mach_msg_type_number_t ngids, int flags, retry_type *do_retry,
		string_t retry_name, mach_port_t *file,
		mach_msg_type_name_t *poly)
{
  struct fs_control *control = sv_lookup (fsys, &fs_control_class);
  if (control == NULL)
    return EOPNOTSUPP;
  struct fs_ids *ids = fs_ids_make (uids, nuids, gids, ngids);
  error_t err = ENOMEM;
  if (ids)
    err = get_root (control->fs, dotdot, ids, flags, do_retry, retry_name,
		    file);
  *poly = MACH_MSG_TYPE_MOVE_SEND;
  fs_ids_free (ids);
  sv_unref (control);
  return err;
}

kern_return_t
S_fsys_syncfs (fsys_t fsys, int wait, int do_children)
{
  struct fs_control *control = sv_lookup (fsys, &fs_control_class);
  error_t err = 0;
  if (control == NULL)
    return EOPNOTSUPP;
  struct fs_fs *fs = control->fs;
  if (do_children)
    err = fs_sync_children (fs, wait);
  if (fs->syncfs)
    err = fs->syncfs (fs, wait) ?: err;
  sv_unref (control);
  return err;
}

kern_return_t
S_fsys_set_options (fsys_t fsys, const_data_t options,
		    mach_msg_type_number_t count, int do_children)
{
  struct fs_control *control = sv_lookup (fsys, &fs_control_class);
  error_t err = 0;
  if (control == NULL)
    return EOPNOTSUPP;
  struct fs_fs *fs = control->fs;
  if (count && options[count - 1] != '\0')
    err = EINVAL;
  if (!err && do_children)
    {
      struct fs_node **nodes;
      mach_port_t *controls;
      size_t n = fs_active_list (fs, &nodes, &controls);
      for (size_t i = 0; i < n; i++)
	{
	  sv_park ();
	  error_t e = fsys_set_options (controls[i], options, count, TRUE);
	  sv_unpark ();
	  if (!err && e != EOPNOTSUPP)
	    err = e;
	  fs_drop_right (controls[i]);
	  fs_node_unref (nodes[i]);
	}
      free (nodes);
      free (controls);
    }
  if (!err)
    err = fs->set_options ? fs->set_options (fs, options, count) : EOPNOTSUPP;
  sv_unref (control);
  return err;
}

kern_return_t
S_fsys_get_options (fsys_t fsys, data_t *options,
		    mach_msg_type_number_t *count)
{
  struct fs_control *control = sv_lookup (fsys, &fs_control_class);
  char *argz = NULL;
  size_t len = 0;
  error_t err = EOPNOTSUPP;
  if (control == NULL)
    return EOPNOTSUPP;
  if (control->fs->get_options)
    err = control->fs->get_options (control->fs, &argz, &len);
  if (!err)
    err = fs_return_data (argz, len, options, count);
  free (argz);
  sv_unref (control);
  return err;
}

kern_return_t
S_fsys_get_children (fsys_t fsys, data_t *names,
		     mach_msg_type_number_t *names_count,
		     portarray_t *controls, mach_msg_type_name_t *poly,
		     mach_msg_type_number_t *count)
{
  struct fs_control *control = sv_lookup (fsys, &fs_control_class);
  struct fs_node **nodes;
  mach_port_t *rights;
  char *argz = NULL;
  size_t len = 0;
  error_t err = 0;
  if (control == NULL)
    return EOPNOTSUPP;
  size_t n = fs_active_list (control->fs, &nodes, &rights);
  for (size_t i = 0; i < n && !err; i++)
    {
      char *path = fs_path (nodes[i]);
      err = argz_add (&argz, &len, path ? path : "?");
      free (path);
    }
  mach_msg_type_number_t room = *count * sizeof *rights;
  if (!err)
    err = fs_return_data (argz ? argz : "", len, names, names_count);
  if (!err)
    err = fs_return_data ((char *) rights, n * sizeof *rights,
			  (char **) controls, &room);
  *count = n;
  *poly = MACH_MSG_TYPE_MOVE_SEND;
  for (size_t i = 0; i < n; i++)
    {
      if (err)
	fs_drop_right (rights[i]);
      fs_node_unref (nodes[i]);
    }
  free (argz);
  free (nodes);
  free (rights);
  sv_unref (control);
  return err;
}

kern_return_t
S_fsys_get_source (fsys_t fsys, string_t source)
{
  struct fs_control *control = sv_lookup (fsys, &fs_control_class);
  if (control == NULL)
    return EOPNOTSUPP;
  error_t err = control->fs->source ? 0 : EOPNOTSUPP;
  if (!err)
    {
      strncpy (source, control->fs->source, sizeof (string_t) - 1);
      source[sizeof (string_t) - 1] = '\0';
    }
  sv_unref (control);
  return err;
}

kern_return_t
S_fsys_getpriv (fsys_t fsys, mach_port_t *host_priv,
		mach_msg_type_name_t *host_poly, mach_port_t *device_master,
		mach_msg_type_name_t *device_poly, mach_port_t *task,
		mach_msg_type_name_t *task_poly)
{
  /* Who has the control port of the root has the machine.  */
  struct fs_control *control = sv_lookup (fsys, &fs_control_class);
  if (control == NULL)
    return EOPNOTSUPP;
  struct fs_fs *fs = control->fs;
  error_t err = MACH_PORT_VALID (fs->host_priv) ? 0 : EOPNOTSUPP;
  *host_priv = fs->host_priv;
  *device_master = fs->device_master;
  *task = mach_task_self ();
  *host_poly = *device_poly = *task_poly = MACH_MSG_TYPE_COPY_SEND;
  sv_unref (control);
  return err;
}

kern_return_t
S_fsys_init (fsys_t fsys, mach_port_t reply_port, mach_msg_type_name_t poly,
	     mach_port_t proc, auth_t auth)
{
  static char *argv[] = { "fs", NULL };
  struct fs_control *control = sv_lookup (fsys, &fs_control_class);
  if (control == NULL)
    return EOPNOTSUPP;
  struct fs_fs *fs = control->fs;
  error_t err = 0;
  if (fs->init)
    err = fs->init (fs, proc, auth);
  else
    {
      mach_port_t *ports = calloc (INIT_PORT_MAX, sizeof *ports);
      uid_t zero = 0;
      struct fs_ids ids = { 1, 1, &zero, &zero };
      if (ports == NULL)
	err = ENOMEM;
      else
	{
	  fs_open_right (fs->root, O_READ | O_EXEC, &ids, NULL,
			 &ports[INIT_PORT_CRDIR]);
	  fs_open_right (fs->root, O_READ | O_EXEC, &ids, NULL,
			 &ports[INIT_PORT_CWDIR]);
	  ports[INIT_PORT_PROC] = proc;
	  ports[INIT_PORT_AUTH] = auth;
	  /* This talks to proc, which may need an answer from us first.  */
	  sv_reply_early (0);
	  _hurd_init (0, argv, ports, INIT_PORT_MAX, NULL, 0);
	  err = MIG_NO_REPLY;
	}
    }
  sv_unref (control);
  return err;
}
