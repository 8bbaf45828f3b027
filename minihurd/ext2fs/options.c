/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests about the whole file system.  */

#include "ext2fs.h"
#include <argz.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

error_t
ext2_statfs (struct fs_fs *fs, fsys_statfsbuf_t *st)
{
  struct ext2_super_block *sb = ext2.fs->super;

  memset (st, 0, sizeof *st);
  pthread_mutex_lock (&ext2.lock);
  st->f_type = FSTYPE_EXT2FS;
  st->f_bsize = st->f_frsize = ext2.fs->blocksize;
  st->f_blocks = ext2fs_blocks_count (sb);
  st->f_bfree = ext2fs_free_blocks_count (sb);
  st->f_bavail = st->f_bfree > ext2fs_r_blocks_count (sb)
		 ? st->f_bfree - ext2fs_r_blocks_count (sb) : 0;
  st->f_files = sb->s_inodes_count;
  st->f_ffree = st->f_favail = sb->s_free_inodes_count;
  st->f_fsid = ext2.id;
  st->f_namelen = EXT2_NAME_LEN;
  st->f_flag = ext2.writable ? 0 : ST_RDONLY;
  pthread_mutex_unlock (&ext2.lock);
  return 0;
}

error_t
ext2_syncfs (struct fs_fs *fs, bool wait)
{
  error_t err;

  fs_pager_return_all ();
  pthread_mutex_lock (&ext2.lock);
  err = ext2_sync ();
  pthread_mutex_unlock (&ext2.lock);
  return err;
}

error_t
ext2_set_options (struct fs_fs *fs, const char *argz, size_t len)
{
  bool writable = ext2.writable;
  const char *option = NULL;
  error_t err;

  while ((option = argz_next ((char *) argz, len, option)) != NULL)
    if (strcmp (option, "--writable") == 0 || strcmp (option, "-w") == 0)
      writable = true;
    else if (strcmp (option, "--readonly") == 0 || strcmp (option, "-r") == 0)
      writable = false;
    else if (strcmp (option, "--update") != 0 && strcmp (option, "-u") != 0)
      return EINVAL;
  if (!writable)
    fs_pager_return_all ();
  pthread_mutex_lock (&ext2.lock);
  err = ext2_set_writable (writable);
  ext2.server.readonly = !ext2.writable;
  pthread_mutex_unlock (&ext2.lock);
  return err;
}

error_t
ext2_get_options (struct fs_fs *fs, char **argz, size_t *len)
{
  error_t err;

  *argz = NULL;
  *len = 0;
  err = argz_add (argz, len, "ext2fs");
  if (err == 0)
    err = argz_add (argz, len, ext2.writable ? "--writable" : "--readonly");
  if (err == 0)
    err = argz_add (argz, len, ext2.disk.name);
  return err;
}

error_t
ext2_goaway (struct fs_fs *fs, int flags)
{
  error_t err = 0;

  if (!(flags & FSYS_GOAWAY_NOSYNC))
    {
      fs_pager_return_all ();
      pthread_mutex_lock (&ext2.lock);
      err = ext2_set_writable (false);
      ext2.server.readonly = !ext2.writable;
      pthread_mutex_unlock (&ext2.lock);
    }
  /* Whoever halts the machine runs from the root's pages.  */
  return err == 0 && ext2.boot ? EBUSY : err;
}
