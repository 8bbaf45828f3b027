/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What else can be asked of a file, and of the file system it is in.  */

#include <stdlib.h>
#include <string.h>
#include "node-internal.h"
#include "fs_S.h"

kern_return_t
S_file_check_access (file_t file, int *allowed)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  io_statbuf_t st;
  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&node->lock);
  error_t err = fs_stat (node, &st);
  pthread_mutex_unlock (&node->lock);
  *allowed = 0;
  if (!err && fs_access (&st, S_IREAD, cred->ids) == 0)
    *allowed |= O_READ;
  if (!err && fs_access (&st, S_IWRITE, cred->ids) == 0
      && !(node->fs->readonly && (S_ISREG (st.st_mode)
				  || S_ISDIR (st.st_mode))))
    *allowed |= O_WRITE;
  if (!err && fs_access (&st, S_IEXEC, cred->ids) == 0)
    *allowed |= O_EXEC;
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_getcontrol (file_t file, mach_port_t *control,
		   mach_msg_type_name_t *poly)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  io_statbuf_t st;
  if (cred == NULL)
    return EOPNOTSUPP;
  struct fs_node *root = node->fs->root;
  error_t err = root ? 0 : EOPNOTSUPP;
  if (!err)
    {
      pthread_mutex_lock (&root->lock);
      err = fs_stat (root, &st) ?: fs_isowner (&st, cred->ids);
      pthread_mutex_unlock (&root->lock);
    }
  if (!err)
    {
      struct fs_control *c = fs_control_get (node->fs);
      *control = c ? sv_port_get_right (c) : MACH_PORT_NULL;
      *poly = MACH_MSG_TYPE_MOVE_SEND;
      if (*control == MACH_PORT_NULL)
	err = ENOMEM;
      sv_unref (c);
    }
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_statfs (file_t file, fsys_statfsbuf_t *info)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  error_t err = 0;
  if (cred == NULL)
    return EOPNOTSUPP;
  memset (info, 0, sizeof *info);
  info->f_type = node->fs->fstype;
  info->f_bsize = info->f_frsize = 4096;
  info->f_namelen = NAME_MAX;
  if (node->fs->statfs)
    err = node->fs->statfs (node->fs, info);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_sync (file_t file, int wait, int omit_metadata)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  error_t err = 0;
  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&node->lock);
  if (node->ops->sync)
    err = node->ops->sync (node, wait);
  pthread_mutex_unlock (&node->lock);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_syncfs (file_t file, int wait, int do_children)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  error_t err = 0;
  if (cred == NULL)
    return EOPNOTSUPP;
  if (do_children)
    err = fs_sync_children (node->fs, wait);
  if (node->fs->syncfs)
    err = node->fs->syncfs (node->fs, wait) ?: err;
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_getlinknode (file_t file, mach_port_t *linknode,
		    mach_msg_type_name_t *poly)
{
  struct fs_node *node;
  struct fs_cred *new, *cred = fs_begin (file, &node);
  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = fs_cred_create (cred->open, cred->ids, 0, &new);
  if (!err)
    {
      *linknode = sv_port_get_right (new);
      *poly = MACH_MSG_TYPE_MOVE_SEND;
      sv_unref (new);
    }
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_get_fs_options (file_t file, data_t *options,
		       mach_msg_type_number_t *count)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  char *argz = NULL;
  size_t len = 0;
  error_t err = EOPNOTSUPP;
  if (cred == NULL)
    return EOPNOTSUPP;
  if (node->fs->get_options)
    err = node->fs->get_options (node->fs, &argz, &len);
  if (!err)
    err = fs_return_data (argz, len, options, count);
  free (argz);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_reparent (file_t file, mach_port_t parent, mach_port_t *new_file,
		 mach_msg_type_name_t *poly)
{
  struct fs_node *node;
  struct fs_cred *new, *cred = fs_begin (file, &node);
  struct fs_open *open;
  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = fs_open_create (node, cred->open->flags, 0, &open);
  if (!err)
    {
      err = fs_cred_create (open, cred->ids, 0, &new);
      if (!err)
	{
	  open->shadow_root = fs_node_ref (node);
	  open->root_parent = parent;
	  *new_file = sv_port_get_right (new);
	  *poly = MACH_MSG_TYPE_MOVE_SEND;
	  sv_unref (new);
	}
      fs_open_unref (open);
    }
  fs_end (cred, node);
  return err;
}
