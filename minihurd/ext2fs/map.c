/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree of block numbers of an inode: twelve in the inode itself, and three
   trees of one, two and three levels of indirect blocks.  */

#include "ext2fs.h"
#include <string.h>

static unsigned int
per_block (void)
{
  return ext2.fs->blocksize / sizeof (uint32_t);
}

/* Split LOGICAL into the indices that lead to it: PATH[0] in the inode, the
   others in one indirect block each.  Returns their number, 0 if it is too
   large.  */
static int
split (uint64_t logical, unsigned int path[4])
{
  uint64_t n = per_block (), span = n;
  int level, i;

  if (logical < EXT2_NDIR_BLOCKS)
    {
      path[0] = logical;
      return 1;
    }
  logical -= EXT2_NDIR_BLOCKS;
  for (level = 1; level <= 3; level++)
    {
      if (logical < span)
	break;
      logical -= span;
      span *= n;
    }
  if (level > 3)
    return 0;
  path[0] = EXT2_NDIR_BLOCKS + level - 1;
  for (i = level; i > 0; i--)
    {
      path[i] = logical % n;
      logical /= n;
    }
  return level + 1;
}

uint64_t
map_limit (void)
{
  uint64_t n = per_block ();
  uint64_t blocks = EXT2_NDIR_BLOCKS + n + n * n + n * n * n;
  uint64_t limit = blocks * ext2.fs->blocksize;

  /* i_blocks counts in units of 512 bytes with 32 bits.  */
  return limit < 0x1ffffff0000ull ? limit : 0x1ffffff0000ull;
}

/* Allocate an indirect block for INODE, filled with zeros.  */
static error_t
new_indirect (struct inode *inode, uint32_t *number)
{
  uint64_t block;
  struct block *b;
  error_t err = block_alloc (inode, &block);

  if (err)
    return err;
  err = cache_get (&ext2.cache, block, false, &b);
  if (err)
    {
      block_free (inode, block);
      return err;
    }
  memset (b->data, 0, ext2.fs->blocksize);
  cache_dirty (&ext2.cache, b, KIND_DATA);
  cache_put (b);
  *number = block;
  return 0;
}

/* Fill *SLOT, which is a hole, with a block: an indirect one unless it is the
   LAST of the path.  */
static error_t
fill (struct inode *inode, uint32_t *slot, bool last)
{
  uint64_t block;
  error_t err;

  if (!last)
    return new_indirect (inode, slot);
  err = block_alloc (inode, &block);
  if (err == 0)
    *slot = block;
  return err;
}

error_t
map_block (struct inode *inode, uint64_t logical, bool create,
	   uint64_t *block, bool *fresh)
{
  unsigned int path[4];
  struct block *holder = NULL;
  uint32_t *slot;
  int depth = split (logical, path), i;
  error_t err = 0;

  if (fresh != NULL)
    *fresh = false;
  *block = 0;
  if (depth == 0)
    return EFBIG;
  slot = &inode->disk.i_block[path[0]];
  for (i = 0; ; i++)
    {
      bool last = i == depth - 1;

      if (*slot == 0)
	{
	  if (!create)
	    break;
	  err = fill (inode, slot, last);
	  if (err)
	    break;
	  if (holder != NULL)
	    cache_dirty (&ext2.cache, holder, KIND_INDIRECT);
	  inode->dirty = true;
	  if (last && fresh != NULL)
	    *fresh = true;
	}
      if (last)
	{
	  *block = *slot;
	  break;
	}
      struct block *next;
      err = cache_get (&ext2.cache, *slot, true, &next);
      if (err)
	break;
      if (holder != NULL)
	cache_put (holder);
      holder = next;
      slot = (uint32_t *) holder->data + path[i + 1];
    }
  if (holder != NULL)
    cache_put (holder);
  return err;
}

/* Free what *SLOT refers to, a tree of LEVEL levels of indirect blocks that
   covers SPAN blocks, from its block FIRST on; *SLOT becomes 0 if FIRST is 0.
   Returns an error if an indirect block cannot be read; what is below it then
   is lost until e2fsck.  */
static error_t
cut (struct inode *inode, uint32_t *slot, int level, uint64_t span,
     uint64_t first)
{
  uint32_t number = *slot;
  error_t err = 0;

  if (number == 0)
    return 0;
  if (level > 0)
    {
      unsigned int n = per_block (), i;
      struct block *b;

      err = cache_get (&ext2.cache, number, true, &b);
      if (err == 0)
	{
	  uint64_t below = span / n;

	  for (i = first / below; i < n; i++)
	    {
	      uint64_t start = i * below;
	      error_t e = cut (inode, (uint32_t *) b->data + i, level - 1,
			       below, first > start ? first - start : 0);
	      if (e)
		err = e;
	    }
	  if (first > 0)
	    cache_dirty (&ext2.cache, b, KIND_INDIRECT);
	  cache_put (b);
	}
    }
  if (first == 0)
    {
      *slot = 0;
      block_free (inode, number);
    }
  return err;
}

error_t
map_cut (struct inode *inode, uint64_t first)
{
  uint64_t n = per_block (), span = n, base = EXT2_NDIR_BLOCKS;
  error_t err = 0, e;
  int i;

  for (i = first < EXT2_NDIR_BLOCKS ? first : EXT2_NDIR_BLOCKS;
       i < EXT2_NDIR_BLOCKS; i++)
    cut (inode, &inode->disk.i_block[i], 0, 1, 0);
  for (i = 1; i <= 3; i++)
    {
      if (first < base + span)
	{
	  e = cut (inode, &inode->disk.i_block[EXT2_NDIR_BLOCKS + i - 1], i,
		   span, first > base ? first - base : 0);
	  if (e)
	    err = e;
	}
      base += span;
      span *= n;
    }
  inode->dirty = true;
  return err;
}
