/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files as memory objects.

   A node has its pager from the first mapping until it is freed, and is kept
   while the pager is in use.  The operations take no lock but ext2.lock.  */

#include "ext2fs.h"

static error_t
pager_read (void *user, uint64_t offset, size_t len, void *data)
{
  struct fs_node *node = user;
  struct inode *inode = inode_of (node);
  uint64_t size;
  error_t err = 0;

  pthread_mutex_lock (&ext2.lock);
  size = inode_size (inode);
  if (offset < size)
    err = file_read_locked (inode, offset,
			    len < size - offset ? len : size - offset, data);
  pthread_mutex_unlock (&ext2.lock);
  return err;
}

static error_t
pager_write (void *user, uint64_t offset, size_t len, const void *data)
{
  struct fs_node *node = user;
  struct inode *inode = inode_of (node);
  uint64_t size;
  error_t err;

  pthread_mutex_lock (&ext2.lock);
  err = ext2_begin ();
  size = inode_size (inode);
  if (err == 0 && offset < size)
    {
      err = file_write_locked (inode, offset,
			       len < size - offset ? len : size - offset,
			       data);
      inode_changed (inode, INODE_MTIME | INODE_CTIME);
    }
  pthread_mutex_unlock (&ext2.lock);
  return err;
}

static uint64_t
pager_size (void *user)
{
  struct fs_node *node = user;
  uint64_t size;

  pthread_mutex_lock (&ext2.lock);
  size = inode_size (inode_of (node));
  pthread_mutex_unlock (&ext2.lock);
  return size;
}

static const struct fs_pager_ops ops =
{
  .read = pager_read,
  .write = pager_write,
  .size = pager_size,
  .in_use = fs_pager_keep_node,
};

error_t
ext2_map (struct fs_node *node, int prot, mach_port_t *object)
{
  struct inode *inode = inode_of (node);

  if (!S_ISREG (inode->disk.i_mode))
    return EOPNOTSUPP;
  return fs_pager_map_node (node, &ops, &inode->pager, prot, object);
}

void
ext2_before_access (struct fs_node *node, uint64_t offset, uint64_t len)
{
  struct inode *inode = inode_of (node);

  if (inode->pager != NULL)
    fs_pager_return (inode->pager, offset, len);
}

void
ext2_after_change (struct fs_node *node, uint64_t offset, uint64_t len)
{
  struct inode *inode = inode_of (node);

  if (inode->pager != NULL)
    fs_pager_flush (inode->pager, offset, len);
}

void
ext2_nameless (struct fs_node *node)
{
  struct inode *inode = inode_of (node);

  if (inode->pager != NULL && inode->disk.i_links_count == 0)
    fs_pager_uncache (inode->pager);
}
