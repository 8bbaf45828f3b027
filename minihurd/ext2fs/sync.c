/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing back.  */

#include "ext2fs.h"
#include <unistd.h>

/* Seconds between two of them.  */
#define INTERVAL 5

/* Bring everything that is to be on the disk into the cache, and from there to
   the disk in the order that e2fsck needs; but for the bitmaps, whose turn is
   last.  */
static error_t
gather (void)
{
  errcode_t code;
  error_t err;

  err = cache_flush (&ext2.cache, KIND_DATA, KIND_INDIRECT);
  if (err == 0)
    err = inode_flush_before ();
  if (err == 0)
    err = cache_flush (&ext2.cache, KIND_DIR, KIND_DIR);
  if (err == 0)
    err = inode_flush_after ();
  if (err)
    return err;
  freed_commit ();
  ext2.io_kind = KIND_MAP;
  code = ext2fs_write_bitmaps (ext2.fs);
  if (code == 0 && (ext2.fs->flags & EXT2_FLAG_DIRTY))
    code = ext2fs_flush2 (ext2.fs, EXT2_FLAG_FLUSH_NO_SYNC);
  return code ? ext2_error (code) : 0;
}

/* Write what was gathered as one transaction.  */
static error_t
commit (void)
{
  struct block **list;
  unsigned int n;
  error_t err = cache_list_dirty (&ext2.cache, &list, &n);

  if (err || n == 0)
    {
      if (!err)
	free (list);
      return err;
    }
  err = journal_write (list, n);
  free (list);
  /* So many that the journal cannot hold them: in order, as without one.  */
  if (err == E2BIG)
    return cache_flush (&ext2.cache, KIND_DATA, KIND_MAP);
  if (!err)
    err = cache_flush (&ext2.cache, KIND_DATA, KIND_MAP);
  if (!err)
    err = journal_done ();
  return err;
}

error_t
ext2_sync (void)
{
  error_t err;

  if (!ext2.writable)
    return 0;
  ext2.cache.hold = ext2.journal.active;
  err = gather ();
  if (!err)
    err = cache_flush (&ext2.cache, KIND_DATA, KIND_DATA);
  ext2.cache.hold = false;
  if (!err && ext2.journal.active)
    return commit ();
  return err ?: cache_flush (&ext2.cache, KIND_DATA, KIND_MAP);
}

error_t
ext2_begin (void)
{
  if (!ext2.writable)
    return EROFS;
  if (ext2.cache.dirty > ext2.cache.limit / 2 || inode_many_dirty ()
      || (ext2.journal.active && ext2.cache.changed > ext2.journal.count / 4))
    return ext2_sync ();
  return 0;
}

static void
periodic (void *arg)
{
  for (;;)
    {
      sleep (INTERVAL);
      pthread_mutex_lock (&ext2.lock);
      ext2_sync ();		/* An error shows again when somebody waits.  */
      pthread_mutex_unlock (&ext2.lock);
    }
}

error_t
ext2_sync_start (void)
{
  return sv_thread (periodic, NULL);
}
