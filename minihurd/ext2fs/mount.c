/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening the file system, and changing between reading and writing.  */

#include "ext2fs.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <mach/error.h>

struct ext2 ext2 = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Features of the format that the code here knows.  */
#define INCOMPATIBLE (EXT2_FEATURE_INCOMPAT_FILETYPE \
		      | EXT3_FEATURE_INCOMPAT_RECOVER)
#define READ_ONLY (EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER \
		   | EXT2_FEATURE_RO_COMPAT_LARGE_FILE \
		   | EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE)

error_t
ext2_error (errcode_t code)
{
  switch (code)
    {
    case EXT2_ET_BLOCK_ALLOC_FAIL:
    case EXT2_ET_INODE_ALLOC_FAIL:
      return ENOSPC;
    case EXT2_ET_NO_MEMORY:
      return ENOMEM;
    case EXT2_ET_BAD_MAGIC:
    case EXT2_ET_UNSUPP_FEATURE:
    case EXT2_ET_RO_UNSUPP_FEATURE:
      return EFTYPE;
    case EXT2_ET_RO_FILSYS:
      return EROFS;
    default:
      /* An error of the cache is one of ours already.  */
      return err_get_system (code) == err_get_system (EIO) ? code : EIO;
    }
}

/* Open ext2.fs with its bitmaps.  */
static error_t
open_fs (bool writable)
{
  errcode_t code;
  error_t err;

  code = ext2fs_open2 (ext2.disk.name, NULL,
		       EXT2_FLAG_64BITS | EXT2_FLAG_MASTER_SB_ONLY
		       | (writable ? EXT2_FLAG_RW : 0),
		       0, 0, &ext2_io_manager, &ext2.fs);
  if (code)
    return ext2_error (code);
  if ((ext2.fs->super->s_feature_incompat & ~INCOMPATIBLE) != 0
      || (ext2.fs->super->s_feature_ro_compat & ~READ_ONLY) != 0)
    {
      err = EFTYPE;
      goto fail;
    }
  if (ext2.cache.size != ext2.fs->blocksize)
    {
      err = cache_resize (&ext2.cache, ext2.fs->blocksize);
      if (err)
	goto fail;
    }
  code = ext2fs_read_bitmaps (ext2.fs);
  if (code == 0)
    return 0;
  err = ext2_error (code);
 fail:
  ext2fs_free (ext2.fs);
  ext2.fs = NULL;
  return err;
}

error_t
ext2_mount (void)
{
  error_t err = open_fs (false);

  if (err == 0)
    {
      memcpy (&ext2.id, ext2.fs->super->s_uuid, sizeof ext2.id);
      ext2.id &= 0x7fffffff;
    }
  return err;
}

/* Write the superblock with the valid flag being CLEAN.  The journal is not
   used for that: whether it is to be looked at is said here.  */
static error_t
mark (bool clean)
{
  bool journal = ext2.journal.blocks != NULL;
  error_t err;

  ext2.journal.active = false;
  if (journal && !clean)
    ext2fs_set_feature_journal_needs_recovery (ext2.fs->super);
  else if (journal)
    ext2fs_clear_feature_journal_needs_recovery (ext2.fs->super);
  if (clean)
    ext2.fs->super->s_state |= EXT2_VALID_FS;
  else
    ext2.fs->super->s_state &= ~EXT2_VALID_FS;
  ext2fs_mark_super_dirty (ext2.fs);
  err = ext2_sync ();
  ext2.journal.active = journal && !clean && !err;
  return err;
}

static error_t
become_writable (void)
{
  ext2_filsys old = ext2.fs;
  error_t err;

  if (!ext2.disk.writable)
    return EROFS;
  /* A repair may have changed all that we have read.  */
  err = cache_resize (&ext2.cache, ext2.cache.size);
  if (err == 0)
    err = open_fs (true);
  if (err)
    {
      ext2.fs = old;
      return err;
    }
  ext2fs_free (old);
  err = inode_reread_all ();
  if (!err)
    err = journal_open ();
  if (err)
    return err;
  ext2.clean_before = (ext2.fs->super->s_state & EXT2_VALID_FS) != 0;
  ext2.fs->super->s_mtime = time (NULL);
  ext2.fs->super->s_mnt_count++;
  ext2.writable = true;
  return mark (false);
}

error_t
ext2_set_writable (bool writable)
{
  error_t err;

  if (writable == ext2.writable)
    return 0;
  if (writable)
    return become_writable ();
  inode_drop_unlinked ();
  err = ext2_sync ();
  /* What was unsound when we came still is.  */
  if (err == 0)
    err = mark (ext2.clean_before);
  if (err == 0)
    {
      ext2.writable = false;
      journal_close ();
    }
  return err;
}
