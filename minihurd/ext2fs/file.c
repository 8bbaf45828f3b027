/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contents of files.  */

#include "ext2fs.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A request is handled in parts of this size, with the lock given up between
   them.  */
#define PART 65536

/* Blocks that are read at once if they follow one another on the disk.  */
#define AHEAD (CACHE_CLUSTER / ext2.fs->blocksize)

bool
inode_has_blocks (const struct inode *inode)
{
  switch (inode->disk.i_mode & S_IFMT)
    {
    case S_IFREG:
    case S_IFDIR:
      return true;
    case S_IFLNK:
      return inode_size (inode) >= sizeof inode->disk.i_block;
    default:
      return false;
    }
}

/* Read the blocks around file block LOGICAL of INODE, which is block NUMBER of
   the disk, before they are asked for one by one.  */
static void
read_ahead (struct inode *inode, uint64_t logical, uint64_t number)
{
  uint64_t end = ((inode_size (inode) + ext2.fs->blocksize - 1)
		  / ext2.fs->blocksize), next;
  unsigned int n;

  if (logical < inode->ahead && logical + AHEAD >= inode->ahead)
    return;
  for (n = 1; n < AHEAD && logical + n < end; n++)
    if (map_block (inode, logical + n, false, &next, NULL) != 0
	|| next != number + n)
      break;
  inode->ahead = logical + n;
  cache_prefetch (&ext2.cache, number, n);
}

error_t
file_read_locked (struct inode *inode, uint64_t offset, size_t len,
		  void *data)
{
  unsigned int size = ext2.fs->blocksize;
  char *p = data;

  while (len > 0)
    {
      unsigned int skip = offset % size;
      size_t part = size - skip < len ? size - skip : len;
      uint64_t number;
      struct block *b;
      error_t err = map_block (inode, offset / size, false, &number, NULL);

      if (err)
	return err;
      if (number == 0)
	memset (p, 0, part);
      else
	{
	  read_ahead (inode, offset / size, number);
	  err = cache_get (&ext2.cache, number, true, &b);
	  if (err)
	    return err;
	  memcpy (p, b->data + skip, part);
	  cache_put (b);
	}
      p += part;
      offset += part;
      len -= part;
    }
  return 0;
}

/* Write PART bytes at SKIP in file block LOGICAL; WIPE makes the rest of a
   block that is new zeros.  */
static error_t
write_block (struct inode *inode, uint64_t logical, unsigned int skip,
	     size_t part, const void *data)
{
  unsigned int size = ext2.fs->blocksize;
  uint64_t number;
  bool fresh;
  struct block *b;
  error_t err = map_block (inode, logical, true, &number, &fresh);

  if (err)
    return err;
  err = cache_get (&ext2.cache, number, !fresh && part != size, &b);
  if (err)
    return err;
  if (fresh && part != size)
    memset (b->data, 0, size);
  memcpy (b->data + skip, data, part);
  cache_dirty (&ext2.cache, b, KIND_DATA);
  cache_put (b);
  return 0;
}

error_t
file_write_locked (struct inode *inode, uint64_t offset, size_t len,
		   const void *data)
{
  unsigned int size = ext2.fs->blocksize;
  const char *p = data;
  error_t err = 0;

  while (len > 0 && err == 0)
    {
      unsigned int skip = offset % size;
      size_t part = size - skip < len ? size - skip : len;

      err = write_block (inode, offset / size, skip, part, p);
      if (err)
	break;
      p += part;
      offset += part;
      len -= part;
      if (offset > inode_size (inode))
	inode_set_size (inode, offset);
    }
  return err;
}

error_t
ext2_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	   size_t *len, void *data, int flags)
{
  struct inode *inode = inode_of (node);
  size_t done = 0;
  error_t err = 0;

  if (offset < 0)
    return EINVAL;
  if (S_ISDIR (inode->disk.i_mode))
    return EISDIR;
  ext2_before_access (node, offset, *len);
  while (done < *len && err == 0)
    {
      uint64_t size;
      size_t part;

      pthread_mutex_lock (&ext2.lock);
      size = inode_size (inode);
      part = *len - done < PART ? *len - done : PART;
      if ((uint64_t) offset + done >= size)
	part = 0;
      else if (part > size - offset - done)
	part = size - offset - done;
      err = file_read_locked (inode, offset + done, part, (char *) data + done);
      if (done == 0 && part > 0 && err == 0 && ext2.writable
	  && !(flags & O_NOATIME))
	inode_changed (inode, INODE_ATIME);
      pthread_mutex_unlock (&ext2.lock);
      if (part == 0)
	break;
      if (err == 0)
	done += part;
    }
  *len = done;
  return done > 0 ? 0 : err;
}

/* Write one part, at most PART bytes from COPY, which is memory of our own;
   *LEN tells how much was.  */
static error_t
write_part (struct inode *inode, uint64_t offset, size_t *len,
	    const void *copy)
{
  uint64_t before, after;
  error_t err;

  pthread_mutex_lock (&ext2.lock);
  err = ext2_begin ();
  if (err == 0)
    {
      before = inode_size (inode);
      err = file_write_locked (inode, offset, *len, copy);
      after = inode_size (inode);
      if (err)
	{
	  /* What fitted was written.  */
	  uint64_t end = after > offset && after > before ? after : offset;
	  *len = end - offset < *len ? end - offset : 0;
	}
      inode->disk.i_mode &= ~(S_ISUID | S_ISGID);
      inode_changed (inode, INODE_MTIME | INODE_CTIME);
    }
  else
    *len = 0;
  pthread_mutex_unlock (&ext2.lock);
  return err;
}

error_t
ext2_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	    size_t *len, const void *data, int flags)
{
  struct inode *inode = inode_of (node);
  size_t done = 0;
  char *copy;
  error_t err = 0;
  int patience = 20;

  if (offset < 0)
    return EINVAL;
  if (S_ISDIR (inode->disk.i_mode))
    return EISDIR;
  if ((uint64_t) offset + *len > map_limit ())
    return EFBIG;
  copy = malloc (*len < PART ? *len + 1 : PART);
  if (copy == NULL)
    return ENOMEM;
  ext2_before_access (node, offset, *len);
  while (done < *len && err == 0)
    {
      size_t part = *len - done < PART ? *len - done : PART;

      /* Touching DATA may fault on one of our own files.  */
      memcpy (copy, (const char *) data + done, part);
      err = write_part (inode, offset + done, &part, copy);
      done += part;
      if (err == ENOSPC && patience-- > 0 && inode_deletion_near ())
	{
	  usleep (10000);
	  err = 0;
	}
    }
  free (copy);
  if (done > 0)
    ext2_after_change (node, offset, done);
  *len = done;
  return done > 0 ? 0 : err;
}

/* Make what follows SIZE in its block zeros.  */
static error_t
wipe_tail (struct inode *inode, uint64_t size)
{
  unsigned int skip = size % ext2.fs->blocksize;
  uint64_t number;
  struct block *b;
  error_t err;

  if (skip == 0)
    return 0;
  err = map_block (inode, size / ext2.fs->blocksize, false, &number, NULL);
  if (err || number == 0)
    return err;
  err = cache_get (&ext2.cache, number, true, &b);
  if (err)
    return err;
  memset (b->data + skip, 0, ext2.fs->blocksize - skip);
  cache_dirty (&ext2.cache, b, KIND_DATA);
  cache_put (b);
  return 0;
}

error_t
file_resize_locked (struct inode *inode, uint64_t size)
{
  uint64_t old = inode_size (inode);
  unsigned int bs = ext2.fs->blocksize;
  error_t err = 0;

  if (size > map_limit ())
    return EFBIG;
  if (size < old)
    {
      err = wipe_tail (inode, size);
      if (err == 0)
	err = map_cut (inode, (size + bs - 1) / bs);
      inode->ahead = inode->goal = 0;
    }
  if (err == 0)
    inode_set_size (inode, size);
  return err;
}

error_t
ext2_truncate (struct fs_node *node, loff_t size)
{
  struct inode *inode = inode_of (node);
  uint64_t old;
  error_t err;

  if (size < 0)
    return EINVAL;
  if (S_ISDIR (inode->disk.i_mode))
    return EISDIR;
  ext2_before_access (node, size, 0);
  pthread_mutex_lock (&ext2.lock);
  old = inode_size (inode);
  err = ext2_begin ();
  if (err == 0)
    err = file_resize_locked (inode, size);
  if (err == 0)
    {
      inode->disk.i_mode &= ~(S_ISUID | S_ISGID);
      inode_changed (inode, INODE_MTIME | INODE_CTIME);
    }
  pthread_mutex_unlock (&ext2.lock);
  if (err == 0 && (uint64_t) size < old)
    ext2_after_change (node, size, 0);
  return err;
}

error_t
ext2_readlink (struct fs_node *node, char *target, size_t size)
{
  struct inode *inode = inode_of (node);
  uint64_t len = inode_size (inode);
  error_t err = 0;

  if (!S_ISLNK (inode->disk.i_mode))
    return EINVAL;
  if (len > size)
    len = size;
  pthread_mutex_lock (&ext2.lock);
  if (inode_has_blocks (inode))
    err = file_read_locked (inode, 0, len, target);
  else
    memcpy (target, inode->disk.i_block, len);
  pthread_mutex_unlock (&ext2.lock);
  return err;
}
