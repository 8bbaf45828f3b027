/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inodes in memory, and the nodes that stand for them.

   An inode without a node stays here until many others were used.  An inode
   whose last link and node are gone is freed on the disk.  */

#include "ext2fs.h"
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
/* Inodes without nodes that are kept.  */
#define IDLE_LIMIT 2048

static struct inode *table[BUCKETS];
static struct inode idle = { .newer = &idle, .older = &idle };
static unsigned int idle_count;

static struct inode *
find (ext2_ino_t number)
{
  struct inode *i;

  for (i = table[number % BUCKETS]; i != NULL; i = i->hash_next)
    if (i->number == number)
      return i;
  return NULL;
}

static void
forget (struct inode *inode)
{
  struct inode **p = &table[inode->number % BUCKETS];

  while (*p != inode)
    p = &(*p)->hash_next;
  *p = inode->hash_next;
  dir_index_free (inode);
  free (inode);
}

static void
busy (struct inode *inode)
{
  if (inode->newer == NULL)
    return;
  inode->newer->older = inode->older;
  inode->older->newer = inode->newer;
  inode->newer = inode->older = NULL;
  idle_count--;
}

/* Copy INODE from or to its place in the inode table.  */
static error_t
transfer (struct inode *inode, bool write)
{
  ext2_filsys fs = ext2.fs;
  unsigned int size = EXT2_INODE_SIZE (fs->super), per_block, index;
  dgrp_t group = (inode->number - 1) / fs->super->s_inodes_per_group;
  struct block *b;
  error_t err;

  per_block = fs->blocksize / size;
  index = (inode->number - 1) % fs->super->s_inodes_per_group;
  err = cache_get (&ext2.cache,
		   ext2fs_inode_table_loc (fs, group) + index / per_block,
		   true, &b);
  if (err)
    return err;
  char *place = b->data + index % per_block * size;
  if (size > sizeof inode->disk)
    size = sizeof inode->disk;
  if (write)
    {
      memcpy (place, &inode->disk, size);
      cache_dirty (&ext2.cache, b, KIND_INODE);
    }
  else
    memcpy (&inode->disk, place, size);
  cache_put (b);
  return 0;
}

/* Make room among the idle ones.  */
static void
trim (void)
{
  while (idle_count > IDLE_LIMIT)
    {
      struct inode *old = idle.newer;

      if (old->dirty || old->fresh)
	return;			/* The next sync is not far.  */
      busy (old);
      forget (old);
    }
}

static void
becomes_idle (struct inode *inode)
{
  inode->node = NULL;
  inode->older = idle.older;
  inode->newer = &idle;
  inode->older->newer = inode;
  idle.older = inode;
  idle_count++;
  trim ();
}

/* Enter a zeroed inode.  */
static struct inode *
enter (ext2_ino_t number)
{
  struct inode *inode = calloc (1, sizeof *inode);

  if (inode == NULL)
    return NULL;
  inode->number = number;
  inode->hash_next = table[number % BUCKETS];
  table[number % BUCKETS] = inode;
  return inode;
}

error_t
inode_get (ext2_ino_t number, struct inode **inode)
{
  error_t err;

  if (number == 0 || number > ext2.fs->super->s_inodes_count)
    return EIO;
  *inode = find (number);
  if (*inode != NULL)
    return 0;
  *inode = enter (number);
  if (*inode == NULL)
    return ENOMEM;
  err = transfer (*inode, false);
  if (err)
    {
      forget (*inode);
      return err;
    }
  becomes_idle (*inode);
  /* It may be the one that made the idle list too long, but never the first
     to go.  */
  return 0;
}

/* Take a reference of NODE unless it is being freed.  */
static bool
ref_if_alive (struct fs_node *node)
{
  unsigned int refs = __atomic_load_n (&node->refs, __ATOMIC_RELAXED);

  while (refs != 0)
    if (__atomic_compare_exchange_n (&node->refs, &refs, refs + 1, false,
				     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return true;
  return false;
}

/* INODE's node is being freed.  */
static void
drop_node (struct inode *inode)
{
  if (inode->pager != NULL)
    fs_pager_free (inode->pager);
  inode->pager = NULL;
  inode->node->data = NULL;
  becomes_idle (inode);
}

error_t
inode_node (ext2_ino_t number, struct fs_node **node)
{
  struct inode *inode;
  error_t err = inode_get (number, &inode);

  if (err)
    return err;
  if (inode->node != NULL)
    {
      if (ref_if_alive (inode->node))
	{
	  *node = inode->node;
	  return 0;
	}
      /* Its freeing waits for our lock, and will find that the inode is no
	 longer its own.  */
      drop_node (inode);
    }
  if (inode->disk.i_links_count == 0)
    return ESTALE;
  err = fs_node_create (&ext2.server, &ext2_ops, number, node);
  if (err)
    return err;
  (*node)->data = inode;
  inode->node = *node;
  busy (inode);
  return 0;
}

error_t
inode_create (struct inode *dir, mode_t mode, uid_t uid, gid_t gid,
	      struct fs_node **node)
{
  struct inode *inode;
  ext2_ino_t number;
  error_t err;

  err = inode_alloc (dir, mode, &number);
  if (err)
    return err;
  inode = find (number);
  if (inode == NULL)
    {
      inode = enter (number);
      if (inode == NULL)
	{
	  err = ENOMEM;
	  goto fail;
	}
      err = transfer (inode, false);	/* For the generation.  */
      if (err)
	{
	  forget (inode);
	  goto fail;
	}
    }
  busy (inode);
  uint32_t generation = inode->disk.i_generation;
  memset (&inode->disk, 0, sizeof inode->disk);
  inode->goal = inode->ahead = inode->roomy = 0;
  inode->fresh = true;
  inode->buried = false;
  inode->disk.i_mode = mode;
  inode->disk.i_uid = uid;
  inode->disk.osd2.hurd2.h_i_uid_high = uid >> 16;
  inode->disk.i_gid = gid;
  inode->disk.osd2.hurd2.h_i_gid_high = gid >> 16;
  inode->disk.i_generation = generation + 1;
  if (EXT2_INODE_SIZE (ext2.fs->super) > EXT2_GOOD_OLD_INODE_SIZE)
    inode->disk.i_extra_isize = sizeof inode->disk - EXT2_GOOD_OLD_INODE_SIZE;
  inode_changed (inode, INODE_ATIME | INODE_MTIME | INODE_CTIME);
  inode->disk.i_crtime = inode->disk.i_ctime;
  inode->disk.i_crtime_extra = inode->disk.i_ctime_extra;
  err = fs_node_create (&ext2.server, &ext2_ops, number, node);
  if (err)
    {
      becomes_idle (inode);
      goto fail;
    }
  (*node)->data = inode;
  inode->node = *node;
  return 0;

 fail:
  inode_release (number, S_ISDIR (mode));
  return err;
}

void
inode_changed (struct inode *inode, int times)
{
  struct ext2_inode_large *d = &inode->disk;
  struct timespec now;

  inode->dirty = true;
  if (times == 0)
    return;
  clock_gettime (CLOCK_REALTIME, &now);
  uint32_t extra = (uint32_t) now.tv_nsec << EXT4_EPOCH_BITS;
  if (times & INODE_ATIME)
    {
      d->i_atime = now.tv_sec;
      d->i_atime_extra = extra;
    }
  if (times & INODE_MTIME)
    {
      d->i_mtime = now.tv_sec;
      d->i_mtime_extra = extra;
    }
  if (times & INODE_CTIME)
    {
      d->i_ctime = now.tv_sec;
      d->i_ctime_extra = extra;
    }
}

void
inode_set_size (struct inode *inode, uint64_t size)
{
  inode->disk.i_size = size;
  inode->disk.i_size_high = size >> 32;
  if (size > 0x7fffffff
      && !ext2fs_has_feature_large_file (ext2.fs->super))
    {
      ext2fs_set_feature_large_file (ext2.fs->super);
      ext2fs_mark_super_dirty (ext2.fs);
    }
  inode->dirty = true;
}

/* Write all dirty inodes that are buried, or all others.  */
static error_t
flush_some (bool buried)
{
  error_t err = 0;
  struct inode *inode;
  int i;

  for (i = 0; i < BUCKETS && err == 0; i++)
    for (inode = table[i]; inode != NULL && err == 0; inode = inode->hash_next)
      if (inode->dirty && inode->buried == buried)
	{
	  uint16_t links = inode->disk.i_links_count;

	  /* As long as no name refers to it, it is none.  */
	  if (inode->fresh)
	    inode->disk.i_links_count = 0;
	  err = transfer (inode, true);
	  inode->disk.i_links_count = links;
	  if (err == 0)
	    inode->dirty = inode->buried = false;
	}
  return err ?: cache_flush (&ext2.cache, KIND_INODE, KIND_INODE);
}

/* Whenever the power fails, no inode must have a link count without a name:
   e2fsck -p does not decide what to do with it.  A name without an inode it
   removes.  */
error_t
inode_flush_before (void)
{
  error_t err = flush_some (false);

  return err ?: flush_some (true);
}

error_t
inode_flush_after (void)
{
  error_t err = 0;
  struct inode *inode;
  int i, dirs;

  for (dirs = 1; dirs >= 0 && err == 0; dirs--)
    {
      for (i = 0; i < BUCKETS && err == 0; i++)
	for (inode = table[i]; inode != NULL && err == 0;
	     inode = inode->hash_next)
	  {
	    inode->linked = false;
	    if (inode->fresh && S_ISDIR (inode->disk.i_mode) >= dirs)
	      {
		err = transfer (inode, true);
		if (err == 0)
		  inode->fresh = false;
	      }
	  }
      if (err == 0)
	err = cache_flush (&ext2.cache, KIND_INODE, KIND_INODE);
    }
  return err;
}

bool
inode_many_dirty (void)
{
  return idle_count > 2 * IDLE_LIMIT;
}

error_t
inode_reread_all (void)
{
  error_t err, result = 0;
  struct inode *inode;
  int i;

  while (idle_count > 0)
    {
      inode = idle.newer;
      busy (inode);
      forget (inode);
    }
  for (i = 0; i < BUCKETS; i++)
    for (inode = table[i]; inode != NULL; inode = inode->hash_next)
      {
	err = transfer (inode, false);
	if (err)
	  result = err;
	inode->goal = inode->ahead = inode->roomy = 0;
	dir_index_free (inode);
      }
  return result;
}

bool
inode_deletion_near (void)
{
  bool found = false;
  struct inode *inode;
  int i;

  pthread_mutex_lock (&ext2.lock);
  for (i = 0; i < BUCKETS && !found; i++)
    for (inode = table[i]; inode != NULL; inode = inode->hash_next)
      if (inode->node != NULL && inode->disk.i_links_count == 0)
	found = true;
  pthread_mutex_unlock (&ext2.lock);
  return found;
}

/* Free INODE on the disk: nothing refers to it.  */
static void
delete (struct inode *inode)
{
  bool isdir = S_ISDIR (inode->disk.i_mode);

  dir_index_free (inode);
  if (inode->disk.osd1.hurd1.h_i_translator != 0)
    {
      block_free (inode, inode->disk.osd1.hurd1.h_i_translator);
      inode->disk.osd1.hurd1.h_i_translator = 0;
    }
  if (inode_has_blocks (inode))
    map_cut (inode, 0);
  inode_set_size (inode, 0);
  inode->disk.i_dtime = time (NULL);
  inode_release (inode->number, isdir);
}

void
inode_drop_unlinked (void)
{
  struct inode *inode;
  int i;

  for (i = 0; i < BUCKETS; i++)
    for (inode = table[i]; inode != NULL; inode = inode->hash_next)
      if (inode->node != NULL && inode->disk.i_links_count == 0
	  && inode->disk.i_dtime == 0)
	delete (inode);
}

void
ext2_free (struct fs_node *node)
{
  struct inode *inode;

  pthread_mutex_lock (&ext2.lock);
  inode = node->data;
  if (inode != NULL)
    {
      if (inode->disk.i_links_count == 0 && inode->disk.i_dtime == 0
	  && ext2.writable)
	delete (inode);
      drop_node (inode);
    }
  pthread_mutex_unlock (&ext2.lock);
}
