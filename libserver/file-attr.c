/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing what io_stat tells.  */

#include <sys/time.h>
#include "node-internal.h"
#include "fs_S.h"

/* The start of a change that only the owner may make: looks up PORT, locks
   its node.  */
static error_t
begin_change (mach_port_t port, struct fs_cred **cred, struct fs_node **node,
	      io_statbuf_t *st, bool owner)
{
  *cred = fs_begin (port, node);
  if (*cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&(*node)->lock);
  error_t err = fs_stat (*node, st);
  if (!err && owner)
    err = fs_isowner (st, (*cred)->ids);
  if (!err && (*node)->fs->readonly)
    err = EROFS;
  return err;
}

static error_t
end_change (struct fs_cred *cred, struct fs_node *node, error_t err)
{
  if (cred == NULL)
    return err;
  if (!err && node->notify)
    fs_notify_file (node, FILE_CHANGED_META, 0, 0);
  pthread_mutex_unlock (&node->lock);
  fs_end (cred, node);
  return err;
}

static bool
has (const uid_t *ids, unsigned int n, uid_t id)
{
  while (n--)
    if (ids[n] == id)
      return true;
  return false;
}

kern_return_t
S_file_chown (file_t file, uid_t owner, gid_t group)
{
  struct fs_cred *cred;
  struct fs_node *node = NULL;
  io_statbuf_t st;
  error_t err = begin_change (file, &cred, &node, &st, true);
  if (!err)
    {
      const struct fs_ids *ids = cred->ids;
      bool root = has (ids->uids, ids->nuids, 0);
      if (owner == (uid_t) -1)
	owner = st.st_uid;
      if (group == (gid_t) -1)
	group = st.st_gid;
      if (!root && (owner != st.st_uid
		    || (group != st.st_gid
			&& !has (ids->gids, ids->ngids, group))))
	err = EPERM;
      else if (node->ops->chown == NULL)
	err = fs_missing (node);
      else
	err = node->ops->chown (node, owner, group);
      mode_t bits = S_ISUID | (st.st_mode & S_IXGRP ? S_ISGID : 0);
      if (!err && !root && (st.st_mode & bits) && node->ops->chmod
	  && S_ISREG (st.st_mode))
	node->ops->chmod (node, st.st_mode & ~bits & 07777);
    }
  return end_change (cred, node, err);
}

kern_return_t
S_file_chauthor (file_t file, uid_t author)
{
  struct fs_cred *cred;
  struct fs_node *node = NULL;
  io_statbuf_t st;
  error_t err = begin_change (file, &cred, &node, &st, true);
  if (!err)
    err = node->ops->chauthor ? node->ops->chauthor (node, author)
      : fs_missing (node);
  return end_change (cred, node, err);
}

kern_return_t
S_file_chmod (file_t file, mode_t mode)
{
  struct fs_cred *cred;
  struct fs_node *node = NULL;
  io_statbuf_t st;
  error_t err = begin_change (file, &cred, &node, &st, true);
  if (!err)
    {
      const struct fs_ids *ids = cred->ids;
      mode &= ~(S_IFMT | S_ITRANS | S_ISPARE);
      if (!has (ids->uids, ids->nuids, 0))
	{
	  if (!S_ISDIR (st.st_mode))
	    mode &= ~S_ISVTX;
	  if (!has (ids->gids, ids->ngids, st.st_gid))
	    mode &= ~S_ISGID;
	}
      err = node->ops->chmod ? node->ops->chmod (node, mode)
	: fs_missing (node);
    }
  return end_change (cred, node, err);
}

kern_return_t
S_file_chflags (file_t file, int flags)
{
  struct fs_cred *cred;
  struct fs_node *node = NULL;
  io_statbuf_t st;
  error_t err = begin_change (file, &cred, &node, &st, true);
  if (!err)
    err = node->ops->chflags ? node->ops->chflags (node, flags)
      : fs_missing (node);
  return end_change (cred, node, err);
}

static bool
valid (const struct timespec *ts)
{
  return (ts->tv_nsec == UTIME_NOW || ts->tv_nsec == UTIME_OMIT
	  || (ts->tv_nsec >= 0 && ts->tv_nsec < 1000000000L));
}

static error_t
set_times (mach_port_t file, const struct timespec *atime,
	   const struct timespec *mtime)
{
  struct fs_cred *cred;
  struct fs_node *node = NULL;
  io_statbuf_t st;
  if (!valid (atime) || !valid (mtime))
    return EINVAL;
  error_t err = begin_change (file, &cred, &node, &st, false);
  bool omit = (atime->tv_nsec == UTIME_OMIT && mtime->tv_nsec == UTIME_OMIT);
  if (!err && !omit && fs_isowner (&st, cred->ids))
    {
      /* Who may write may set the times to now.  */
      err = EPERM;
      if (atime->tv_nsec == UTIME_NOW && mtime->tv_nsec == UTIME_NOW)
	err = fs_access (&st, S_IWRITE, cred->ids);
    }
  if (!err && !omit)
    err = node->ops->utimens ? node->ops->utimens (node, atime, mtime)
      : fs_missing (node);
  return end_change (cred, node, err);
}

kern_return_t
S_file_utimens (file_t file, timespec_t atime, timespec_t mtime)
{
  return set_times (file, &atime, &mtime);
}

/* Microseconds of -1 are now, of -2 no change.  */
static struct timespec
from_value (time_value_t v)
{
  struct timespec ts = { v.seconds, v.microseconds * 1000L };
  if (v.microseconds == -1)
    ts.tv_nsec = UTIME_NOW;
  else if (v.microseconds == -2)
    ts.tv_nsec = UTIME_OMIT;
  else if (v.microseconds < 0 || v.microseconds >= 1000000)
    ts.tv_nsec = -1;
  return ts;
}

kern_return_t
S_file_utimes (file_t file, time_value_t atime, time_value_t mtime)
{
  struct timespec a = from_value (atime), m = from_value (mtime);
  return set_times (file, &a, &m);
}

kern_return_t
S_file_set_size (file_t file, loff_t size)
{
  struct fs_cred *cred;
  struct fs_node *node = NULL;
  io_statbuf_t st;
  error_t err = begin_change (file, &cred, &node, &st, false);
  if (!err && size < 0)
    err = EINVAL;
  if (!err && !(cred->open->flags & O_WRITE))
    err = EINVAL;
  if (!err && S_ISDIR (st.st_mode))
    err = EISDIR;
  if (!err && S_ISREG (st.st_mode))
    err = node->ops->truncate ? node->ops->truncate (node, size)
      : fs_missing (node);
  else if (!err && node->ops->truncate)
    err = node->ops->truncate (node, size);
  if (!err && node->notify)
    fs_notify_file (node, size < st.st_size ? FILE_CHANGED_TRUNCATE
		    : FILE_CHANGED_EXTEND, size, size);
  return end_change (cred, node, err);
}
