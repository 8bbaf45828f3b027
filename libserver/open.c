/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a node.  */

#include "node-internal.h"

error_t
fs_open_check (struct fs_node *node, const io_statbuf_t *st, int flags,
	       const struct fs_ids *ids)
{
  mode_t mode = st->st_mode;
  error_t err = 0;

  if ((flags & O_DIRECTORY) && !S_ISDIR (mode))
    return ENOTDIR;
  if (S_ISLNK (mode))
    return 0;			/* It has no permissions.  */
  if (S_ISSOCK (mode) && node->fs->special_files
      && (flags & (O_READ | O_WRITE | O_EXEC)))
    return ENXIO;
  if ((S_ISCHR (mode) || S_ISBLK (mode)) && node->fs->special_files
      && !(mode & S_IPTRANS) && node->ops->select == NULL
      && (flags & (O_READ | O_WRITE)))
    return ENXIO;		/* Devices are translators, not numbers.  */
  if ((flags & O_WRITE) && S_ISDIR (mode))
    return EISDIR;
  if (flags & O_READ)
    err = fs_access (st, S_IREAD, ids);
  if (!err && (flags & O_WRITE))
    err = fs_access (st, S_IWRITE, ids);
  if (!err && (flags & O_EXEC))
    err = fs_access (st, S_IEXEC, ids);
  if (!err && (flags & O_WRITE) && node->fs->readonly && S_ISREG (mode))
    err = EROFS;
  return err;
}

/* Tell the operations (or the fifo) of a new open; NODE is locked.  */
static error_t
tell (struct fs_node *node, struct fs_cred *cred, int flags)
{
  io_statbuf_t st;
  error_t err = 0;
  if (node->ops->open)
    err = node->ops->open (node, cred, flags);
  if (!err && node->fs->special_files && (flags & (O_READ | O_WRITE)))
    {
      err = fs_stat (node, &st);
      if (!err && S_ISFIFO (st.st_mode))
	err = fs_fifo_open (node, flags);
      if (err && node->ops->open && node->ops->close)
	node->ops->close (node, flags);
    }
  return err;
}

error_t
fs_open_right (struct fs_node *node, int flags, const struct fs_ids *ids,
	       const struct fs_open *from, mach_port_t *right)
{
  struct fs_open *open;
  struct fs_cred *cred;
  error_t err = fs_open_create (node, flags, 0, &open);
  if (err)
    return err;
  if (from)
    {
      open->root_parent = from->root_parent;
      if (MACH_PORT_VALID (open->root_parent))
	sv_right_ref (open->root_parent);
      if (from->shadow_root)
	open->shadow_root = fs_node_ref (from->shadow_root);
    }
  err = fs_cred_create (open, ids, 0, &cred);
  fs_open_unref (open);
  if (err)
    return err;
  pthread_mutex_lock (&node->lock);
  err = tell (node, cred, open->flags);
  if (!err)
    {
      open->opened = true;
      fs_async_count (open);
    }
  pthread_mutex_unlock (&node->lock);
  if (!err)
    {
      *right = sv_port_get_right (cred);
      if (*right == MACH_PORT_NULL)
	err = ENOMEM;
    }
  sv_unref (cred);
  return err;
}
