/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <hurd.h>
#include "trivial.h"

error_t
triv_stat (struct fs_node *node, io_statbuf_t *st)
{
  struct triv *t = node->fs->data;

  *st = t->st;
  return 0;
}

static void
changed (struct triv *t)
{
  clock_gettime (CLOCK_REALTIME, &t->st.st_ctim);
}

/* A node that cannot keep the change (a read-only file system) does not hinder
   it for the translator's life.  */
static error_t
passed_on (error_t err)
{
  return err == EROFS || err == EOPNOTSUPP || err == MIG_BAD_ID ? 0 : err;
}

error_t
triv_chmod (struct fs_node *node, mode_t mode)
{
  struct triv *t = node->fs->data;
  error_t err = 0;

  if (t->fs.underlying != MACH_PORT_NULL)
    err = passed_on (file_chmod (t->fs.underlying, mode & 07777));
  if (err != 0)
    return err;
  t->st.st_mode = (mode & 07777) | t->type;
  changed (t);
  return 0;
}

error_t
triv_chown (struct fs_node *node, uid_t uid, gid_t gid)
{
  struct triv *t = node->fs->data;
  error_t err = 0;

  if (t->fs.underlying != MACH_PORT_NULL)
    err = passed_on (file_chown (t->fs.underlying, uid, gid));
  if (err != 0)
    return err;
  if (uid != (uid_t) -1)
    t->st.st_uid = uid;
  if (gid != (gid_t) -1)
    t->st.st_gid = gid;
  changed (t);
  return 0;
}

error_t
triv_chauthor (struct fs_node *node, uid_t author)
{
  struct triv *t = node->fs->data;
  error_t err = 0;

  if (t->fs.underlying != MACH_PORT_NULL)
    err = passed_on (file_chauthor (t->fs.underlying, author));
  if (err == 0)
    t->st.st_author = author;
  return err;
}

static void
set_time (struct timespec *time, const struct timespec *new)
{
  if (new->tv_nsec == UTIME_NOW)
    clock_gettime (CLOCK_REALTIME, time);
  else if (new->tv_nsec != UTIME_OMIT)
    *time = *new;
}

error_t
triv_utimens (struct fs_node *node, const struct timespec *atime,
	      const struct timespec *mtime)
{
  struct triv *t = node->fs->data;

  set_time (&t->st.st_atim, atime);
  set_time (&t->st.st_mtim, mtime);
  changed (t);
  return 0;
}

void
triv_touch (struct fs_node *node, bool read)
{
  struct triv *t = node->fs->data;

  if (read)
    clock_gettime (CLOCK_REALTIME, &t->st.st_atim);
  else
    {
      clock_gettime (CLOCK_REALTIME, &t->st.st_mtim);
      t->st.st_ctim = t->st.st_mtim;
    }
}
