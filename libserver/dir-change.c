/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making, linking and removing what is in a directory.  */

#include <string.h>
#include "node-internal.h"
#include "fs_S.h"

error_t
fs_create (struct fs_node *dir, const char *name, mode_t mode,
	   const struct fs_ids *ids, struct fs_node **node)
{
  uid_t uid;
  gid_t gid;
  error_t err = fs_check_dir (dir, ids, NULL);
  if (err)
    return err;
  if (dir->ops->create == NULL)
    return fs_missing (dir);
  mode = (mode & ~(S_IFMT | S_ITRANS)) | S_IFREG;
  err = fs_new_owner (dir, ids, &mode, &uid, &gid);
  if (err)
    return err;
  err = dir->ops->create (dir, name, mode, uid, gid, 0, NULL, node);
  if (!err && name)
    fs_notify_dir (dir, DIR_CHANGED_NEW, name);
  return err;
}

kern_return_t
S_dir_mkfile (file_t directory, int flags, mode_t mode, mach_port_t *newnode,
	      mach_msg_type_name_t *poly)
{
  struct fs_node *dir, *node = NULL;
  struct fs_cred *cred = fs_begin (directory, &dir);
  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&dir->lock);
  error_t err = fs_create (dir, NULL, mode, cred->ids, &node);
  pthread_mutex_unlock (&dir->lock);
  if (!err)
    {
      err = fs_open_right (node, flags, cred->ids, cred->open, newnode);
      struct fs_cred *new = err ? NULL : sv_lookup (*newnode, &fs_cred_class);
      if (new)
	new->open->made_in = fs_node_ref (dir);
      sv_unref (new);
      fs_node_unref (node);
    }
  *poly = MACH_MSG_TYPE_MOVE_SEND;
  fs_end (cred, dir);
  return err;
}

kern_return_t
S_dir_mkdir (file_t directory, const_string_t name, mode_t mode)
{
  char buf[NAME_MAX + 1];
  struct fs_node *dir, *node = NULL;
  uid_t uid;
  gid_t gid;
  struct fs_cred *cred = fs_begin (directory, &dir);
  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = fs_name (dir, name, buf, EEXIST, EEXIST);
  pthread_mutex_lock (&dir->lock);
  if (!err && dir->ops->lookup && dir->ops->lookup (dir, buf, &node) == 0)
    {
      fs_node_unref (node);
      err = fs_check_search (dir, cred->ids) ?: EEXIST;
    }
  if (!err)
    err = fs_check_dir (dir, cred->ids, NULL);
  mode = (mode & ~(S_IFMT | S_ITRANS)) | S_IFDIR;
  if (!err && dir->ops->mkdir == NULL)
    err = fs_missing (dir);
  if (!err)
    err = fs_new_owner (dir, cred->ids, &mode, &uid, &gid);
  if (!err)
    err = dir->ops->mkdir (dir, buf, mode, uid, gid, &node);
  if (!err)
    {
      fs_set_parent (node, dir, buf);
      fs_notify_dir (dir, DIR_CHANGED_NEW, buf);
    }
  pthread_mutex_unlock (&dir->lock);
  if (!err)
    fs_node_unref (node);
  fs_end (cred, dir);
  return err;
}

/* Remove NAME, a directory (RMDIR) or not; after a name with a slash at its end
   what is no directory is not meant.  */
static error_t
remove_entry (mach_port_t directory, const char *path, bool rmdir)
{
  char name[NAME_MAX + 1];
  struct fs_node *dir, *node = NULL;
  struct fs_rest rest = { MACH_PORT_NULL, MACH_PORT_NULL };
  io_statbuf_t st;
  struct fs_cred *cred = fs_begin (directory, &dir);
  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = fs_name (dir, path, name, rmdir ? EINVAL : EPERM,
			 rmdir ? ENOTEMPTY : EPERM);
  bool slash = !err && path[strlen (path) - 1] == '/';
  pthread_mutex_lock (&dir->lock);
  if (!err)
    err = fs_check_search (dir, cred->ids);
  if (!err)
    err = dir->ops->lookup ? dir->ops->lookup (dir, name, &node) : ENOENT;
  if (err)
    goto out;
  pthread_mutex_lock (&node->lock);
  err = fs_stat (node, &st);
  if (!err)
    err = fs_check_dir (dir, cred->ids, &st);
  if (!err && (rmdir || slash) && !S_ISDIR (st.st_mode))
    err = ENOTDIR;
  /* Nothing else makes libc's remove go on with rmdir.  */
  if (!err && !rmdir && S_ISDIR (st.st_mode))
    err = EPERM;
  if (!err && rmdir
      && (MACH_PORT_VALID (node->active) || node == node->fs->root))
    err = EBUSY;
  if (!err && (rmdir ? dir->ops->rmdir : dir->ops->unlink) == NULL)
    err = fs_missing (dir);
  if (!err)
    err = (rmdir ? dir->ops->rmdir : dir->ops->unlink) (dir, name, node);
  if (!err)
    fs_forget (node, &rest);
  pthread_mutex_unlock (&node->lock);
  if (!err)
    fs_notify_dir (dir, DIR_CHANGED_UNLINK, name);
 out:
  pthread_mutex_unlock (&dir->lock);
  if (node)
    fs_let_go (node, &rest);
  fs_node_unref (node);
  fs_end (cred, dir);
  return err;
}

kern_return_t
S_dir_rmdir (file_t directory, const_string_t name)
{
  return remove_entry (directory, name, true);
}

kern_return_t
S_dir_unlink (file_t directory, const_string_t name)
{
  return remove_entry (directory, name, false);
}

/* Link NODE as NAME into DIR; both are locked.  */
static error_t
link_locked (struct fs_cred *cred, struct fs_node *dir, const char *name,
	     struct fs_node *node, bool excl)
{
  struct fs_node *old = NULL;
  io_statbuf_t st;
  error_t err = fs_stat (node, &st);
  if (!err && S_ISDIR (st.st_mode))
    err = EPERM;
  if (!err)
    err = fs_check_dir (dir, cred->ids, NULL);
  if (!err && dir->ops->link == NULL)
    err = fs_missing (dir);
  if (err)
    return err;
  if (dir->ops->lookup && dir->ops->lookup (dir, name, &old) == 0)
    {
      if (excl)
	err = EEXIST;
      else if (old != node)
	{
	  io_statbuf_t old_st;
	  pthread_mutex_lock (&old->lock);
	  err = fs_stat (old, &old_st);
	  if (!err && S_ISDIR (old_st.st_mode))
	    err = EISDIR;
	  if (!err)
	    err = fs_check_dir (dir, cred->ids, &old_st);
	  if (!err)
	    err = dir->ops->unlink ? dir->ops->unlink (dir, name, old)
	      : fs_missing (dir);
	  pthread_mutex_unlock (&old->lock);
	}
      bool same = old == node;
      fs_node_unref (old);
      if (err || same)
	return err;
    }
  err = dir->ops->link (dir, name, node);
  if (!err)
    {
      fs_set_parent (node, dir, name);
      fs_notify_dir (dir, DIR_CHANGED_NEW, name);
    }
  return err;
}

kern_return_t
S_dir_link (file_t directory, file_t file, const_string_t name, int excl)
{
  char buf[NAME_MAX + 1];
  struct fs_node *dir, *node;
  struct fs_cred *filecred, *cred = fs_begin (directory, &dir);
  if (cred == NULL)
    return EOPNOTSUPP;
  error_t err = fs_name (dir, name, buf, EEXIST, EEXIST);
  /* A right of our own that comes back has the name of our receive right.  */
  filecred = fs_begin (file, &node);
  if (filecred == NULL)
    {
      fs_end (cred, dir);
      return EXDEV;
    }
  if (!err && node->fs != dir->fs)
    err = EXDEV;
  else if (!err && node == dir)
    {
      io_statbuf_t st;
      pthread_mutex_lock (&dir->lock);
      err = fs_stat (dir, &st);
      pthread_mutex_unlock (&dir->lock);
      if (!err)
	err = S_ISDIR (st.st_mode) ? EPERM : ENOTDIR;
    }
  if (!err)
    {
      pthread_mutex_lock (&dir->lock);
      pthread_mutex_lock (&node->lock);
      err = link_locked (cred, dir, buf, node, excl);
      pthread_mutex_unlock (&node->lock);
      pthread_mutex_unlock (&dir->lock);
    }
  if (!err)
    fs_drop_right (file);
  fs_end (filecred, node);
  fs_end (cred, dir);
  return err;
}
