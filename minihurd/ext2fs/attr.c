/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes of files.  */

#include "ext2fs.h"
#include <string.h>
#include <sys/time.h>

static bool
large (void)
{
  return EXT2_INODE_SIZE (ext2.fs->super) > EXT2_GOOD_OLD_INODE_SIZE;
}

static struct timespec
get_time (uint32_t seconds, uint32_t extra)
{
  struct timespec ts = { .tv_sec = (int32_t) seconds };

  if (large ())
    ts.tv_nsec = extra >> EXT4_EPOCH_BITS;
  return ts;
}

error_t
ext2_stat (struct fs_node *node, io_statbuf_t *st)
{
  struct inode *inode = inode_of (node);
  const struct ext2_inode_large *d = &inode->disk;

  memset (st, 0, sizeof *st);
  pthread_mutex_lock (&ext2.lock);
  st->st_fstype = FSTYPE_EXT2FS;
  st->st_fsid = ext2.id;
  st->st_ino = inode->number;
  st->st_gen = d->i_generation;
  st->st_mode = d->i_mode;
  if (d->osd1.hurd1.h_i_translator != 0)
    st->st_mode |= S_IPTRANS;
  st->st_nlink = d->i_links_count;
  st->st_uid = d->i_uid | (uid_t) d->osd2.hurd2.h_i_uid_high << 16;
  st->st_gid = d->i_gid | (gid_t) d->osd2.hurd2.h_i_gid_high << 16;
  st->st_author = d->osd2.hurd2.h_i_author;
  if (st->st_author == 0)
    st->st_author = st->st_uid;
  st->st_size = inode_size (inode);
  st->st_blocks = d->i_blocks;
  st->st_blksize = ext2.fs->blocksize > 16384 ? ext2.fs->blocksize : 16384;
  st->st_atim = get_time (d->i_atime, d->i_atime_extra);
  st->st_mtim = get_time (d->i_mtime, d->i_mtime_extra);
  st->st_ctim = get_time (d->i_ctime, d->i_ctime_extra);
  if (S_ISCHR (d->i_mode) || S_ISBLK (d->i_mode))
    st->st_rdev = d->i_block[0];
  if (d->i_flags & EXT2_APPEND_FL)
    st->st_flags |= UF_APPEND;
  if (d->i_flags & EXT2_NODUMP_FL)
    st->st_flags |= UF_NODUMP;
  if (d->i_flags & EXT2_IMMUTABLE_FL)
    st->st_flags |= UF_IMMUTABLE;
  pthread_mutex_unlock (&ext2.lock);
  return 0;
}

/* Around each change.  */
static error_t
start (void)
{
  error_t err;

  pthread_mutex_lock (&ext2.lock);
  err = ext2_begin ();
  if (err)
    pthread_mutex_unlock (&ext2.lock);
  return err;
}

static error_t
end (struct inode *inode)
{
  inode_changed (inode, INODE_CTIME);
  pthread_mutex_unlock (&ext2.lock);
  return 0;
}

error_t
ext2_chmod (struct fs_node *node, mode_t mode)
{
  struct inode *inode = inode_of (node);
  error_t err = start ();

  if (err)
    return err;
  if ((mode & S_IFMT) == 0)
    mode |= inode->disk.i_mode & S_IFMT;
  inode->disk.i_mode = mode & 0177777;
  return end (inode);
}

error_t
ext2_chown (struct fs_node *node, uid_t uid, gid_t gid)
{
  struct inode *inode = inode_of (node);
  error_t err = start ();

  if (err)
    return err;
  if (uid != (uid_t) -1)
    {
      inode->disk.i_uid = uid;
      inode->disk.osd2.hurd2.h_i_uid_high = uid >> 16;
    }
  if (gid != (gid_t) -1)
    {
      inode->disk.i_gid = gid;
      inode->disk.osd2.hurd2.h_i_gid_high = gid >> 16;
    }
  return end (inode);
}

error_t
ext2_chflags (struct fs_node *node, int flags)
{
  struct inode *inode = inode_of (node);
  uint32_t set = 0;
  error_t err;

  if (flags & ~(UF_APPEND | UF_NODUMP | UF_IMMUTABLE))
    return EINVAL;
  if (flags & UF_APPEND)
    set |= EXT2_APPEND_FL;
  if (flags & UF_NODUMP)
    set |= EXT2_NODUMP_FL;
  if (flags & UF_IMMUTABLE)
    set |= EXT2_IMMUTABLE_FL;
  err = start ();
  if (err)
    return err;
  inode->disk.i_flags &= ~(EXT2_APPEND_FL | EXT2_NODUMP_FL | EXT2_IMMUTABLE_FL);
  inode->disk.i_flags |= set;
  return end (inode);
}

error_t
ext2_chauthor (struct fs_node *node, uid_t author)
{
  struct inode *inode = inode_of (node);
  error_t err = start ();

  if (err)
    return err;
  inode->disk.osd2.hurd2.h_i_author = author;
  return end (inode);
}

/* Store TS, resolved, in *SECONDS and *EXTRA.  */
static void
set_time (const struct timespec *ts, const struct timespec *now,
	  uint32_t *seconds, uint32_t *extra)
{
  if (ts == NULL || ts->tv_nsec == UTIME_OMIT)
    return;
  if (ts->tv_nsec == UTIME_NOW)
    ts = now;
  *seconds = ts->tv_sec;
  *extra = (uint32_t) ts->tv_nsec << EXT4_EPOCH_BITS;
}

error_t
ext2_utimens (struct fs_node *node, const struct timespec *atime,
	      const struct timespec *mtime)
{
  struct inode *inode = inode_of (node);
  struct timespec now;
  error_t err = start ();

  if (err)
    return err;
  clock_gettime (CLOCK_REALTIME, &now);
  set_time (atime, &now, &inode->disk.i_atime, &inode->disk.i_atime_extra);
  set_time (mtime, &now, &inode->disk.i_mtime, &inode->disk.i_mtime_extra);
  return end (inode);
}

/* Everything is written, not just this node: only the order of a whole flush
   is one that the disk can be found in.  */
error_t
ext2_node_sync (struct fs_node *node, bool wait)
{
  error_t err;

  if (!wait)
    return 0;
  pthread_mutex_lock (&ext2.lock);
  err = ext2_sync ();
  pthread_mutex_unlock (&ext2.lock);
  return err;
}
