/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The disk's blocks in memory, written back in an order that e2fsck can
   always repair.

   A block that was changed has a *kind*.  A flush writes the kinds one after
   the other, so that nothing on the disk ever refers to what is not there yet:
   contents and new blocks first, then the indirect blocks and inodes that
   refer to them, then the directories that name the inodes, then what e2fsck
   can find again by itself.

   None of this is safe against several threads: the caller holds one lock
   around everything.  A block is found by cache_get, which pins it: its
   address stays valid until cache_put.  */

#ifndef EXT2FS_CACHE_H
#define EXT2FS_CACHE_H

#include "disk.h"

enum kind
{
  KIND_DATA,			/* Contents, and all blocks that are new.  */
  KIND_INDIRECT,
  KIND_INODE,
  KIND_DIR,
  KIND_MAP,			/* Bitmaps, group descriptors, superblock.  */
  KIND_COUNT
};

struct block
{
  uint64_t number;
  char *data;
  unsigned int pins;
  bool valid, dirty;
  enum kind kind;
  struct block *hash_next;
  struct block *newer, *older;	/* By last use.  */
};

struct cache
{
  struct disk *disk;
  unsigned int size;		/* Of a block.  */
  unsigned int count, limit;	/* Blocks that are, and may be, here.  */
  unsigned int dirty;		/* How many are dirty, */
  unsigned int changed;		/* and of them not of KIND_DATA.  */
  unsigned int mask;
  struct block **hash;
  struct block ends;		/* Ends of the list by last use.  */
  char *bounce;
  bool hold;			/* Write nothing but contents now.  */
};

/* Blocks that are contiguous are written together, up to this many bytes.  */
#define CACHE_CLUSTER (128 * 1024)

/* Make CACHE for blocks of SIZE bytes on DISK, using about BYTES of memory.  */
error_t cache_init (struct cache *cache, struct disk *disk, unsigned int size,
		    size_t bytes);

/* Forget everything, which must be clean, and use blocks of SIZE.  */
error_t cache_resize (struct cache *cache, unsigned int size);

/* Find block NUMBER.  If it is not here, its contents are read when READ is
   true, and are undefined otherwise.  */
error_t cache_get (struct cache *cache, uint64_t number, bool read,
		   struct block **block);
void cache_put (struct block *block);

/* BLOCK was changed; it is of KIND.  A block that is dirty as new data keeps
   that kind.  */
void cache_dirty (struct cache *cache, struct block *block, enum kind kind);

/* Block NUMBER was freed: its contents need not be written.  */
void cache_forget (struct cache *cache, uint64_t number);

/* Have the COUNT blocks from NUMBER in the cache, with one read for each run
   that is missing.  An error is found again by cache_get.  */
void cache_prefetch (struct cache *cache, uint64_t number, unsigned int count);

/* Write all dirty blocks whose kind is from FIRST to LAST, kind by kind.  */
error_t cache_flush (struct cache *cache, enum kind first, enum kind last);

/* A new list of the *N dirty blocks, to be freed.  */
error_t cache_list_dirty (struct cache *cache, struct block ***list,
			  unsigned int *n);

#endif /* EXT2FS_CACHE_H */
