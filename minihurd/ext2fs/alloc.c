/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocating and freeing blocks and inode numbers.

   What is freed stays marked in the bitmap until the next sync, because a
   block that two inodes on the disk both claim is beyond e2fsck -p.  */

#include "ext2fs.h"
#include <stdlib.h>

static void
freed_add (struct freed *freed, uint64_t number)
{
  if (freed->count == freed->room)
    {
      size_t room = freed->room == 0 ? 1024 : 2 * freed->room;
      uint64_t *list = realloc (freed->list, room * sizeof *list);

      if (list == NULL)
	return;			/* Lost until e2fsck finds it.  */
      freed->list = list;
      freed->room = room;
    }
  freed->list[freed->count++] = number;
}

/* Free blocks that only root may use.  */
static bool
out_of_blocks (void)
{
  return ext2fs_free_blocks_count (ext2.fs->super) == 0;
}

error_t
block_alloc (struct inode *inode, uint64_t *block)
{
  ext2_filsys fs = ext2.fs;
  errcode_t code;
  blk64_t found;
  uint64_t goal = inode->goal;

  if (out_of_blocks ())
    return ENOSPC;
  if (goal < fs->super->s_first_data_block
      || goal >= ext2fs_blocks_count (fs->super))
    goal = ext2fs_group_first_block2 (fs, (inode->number - 1)
				      / fs->super->s_inodes_per_group);
  code = ext2fs_new_block2 (fs, goal, NULL, &found);
  if (code == EXT2_ET_BLOCK_ALLOC_FAIL && ext2.blocks.count > 0)
    {
      /* There are free ones once this is on the disk.  */
      error_t err = ext2_sync ();
      if (err)
	return err;
      code = ext2fs_new_block2 (fs, goal, NULL, &found);
    }
  if (code)
    return ext2_error (code);
  ext2fs_block_alloc_stats2 (fs, found, +1);
  ext2fs_iblk_add_blocks (fs, (struct ext2_inode *) &inode->disk, 1);
  inode->dirty = true;
  inode->goal = found + 1;
  *block = found;
  return 0;
}

void
block_free (struct inode *inode, uint64_t block)
{
  cache_forget (&ext2.cache, block);
  if (block < ext2.fs->super->s_first_data_block
      || block >= ext2fs_blocks_count (ext2.fs->super))
    return;
  ext2fs_block_alloc_stats2 (ext2.fs, block, -1);
  ext2fs_mark_block_bitmap2 (ext2.fs->block_map, block);
  freed_add (&ext2.blocks, block);
  ext2fs_iblk_sub_blocks (ext2.fs, (struct ext2_inode *) &inode->disk, 1);
  inode->dirty = true;
}

error_t
inode_alloc (struct inode *dir, mode_t mode, ext2_ino_t *number)
{
  errcode_t code = ext2fs_new_inode (ext2.fs, dir->number, mode, NULL, number);

  if (code == EXT2_ET_INODE_ALLOC_FAIL && ext2.inodes.count > 0)
    {
      error_t err = ext2_sync ();
      if (err)
	return err;
      code = ext2fs_new_inode (ext2.fs, dir->number, mode, NULL, number);
    }
  if (code)
    return ext2_error (code);
  ext2fs_inode_alloc_stats2 (ext2.fs, *number, +1, S_ISDIR (mode));
  return 0;
}

void
inode_release (ext2_ino_t number, bool isdir)
{
  ext2fs_inode_alloc_stats2 (ext2.fs, number, -1, isdir);
  ext2fs_mark_inode_bitmap2 (ext2.fs->inode_map, number);
  freed_add (&ext2.inodes, number);
}

void
freed_commit (void)
{
  size_t i;

  for (i = 0; i < ext2.blocks.count; i++)
    ext2fs_unmark_block_bitmap2 (ext2.fs->block_map, ext2.blocks.list[i]);
  if (ext2.blocks.count > 0)
    ext2fs_mark_bb_dirty (ext2.fs);
  for (i = 0; i < ext2.inodes.count; i++)
    ext2fs_unmark_inode_bitmap2 (ext2.fs->inode_map, ext2.inodes.list[i]);
  if (ext2.inodes.count > 0)
    ext2fs_mark_ib_dirty (ext2.fs);
  ext2.blocks.count = ext2.inodes.count = 0;
}
