/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes: the ground's, with those that are held in front.  */

#include <hurd/fs.h>
#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include "proxy.h"

static struct timespec
timespec_of (const struct ov_time *t)
{
  return (struct timespec) { t->sec, t->nsec };
}

/* Put what OV holds into *ST.  */
static void
merge (const struct ov_node *ov, io_statbuf_t *st)
{
  if (ov->held & OV_MODE)
    st->st_mode = (st->st_mode & ~07777) | (ov->mode & 07777);
  if (ov->held & OV_OWNER)
    {
      st->st_uid = ov->uid;
      st->st_gid = ov->gid;
    }
  if (ov->held & OV_AUTHOR)
    st->st_author = ov->author;
  if (ov->held & OV_FLAGS)
    st->st_flags = ov->flags;
  if (ov->held & OV_ATIME)
    st->st_atim = timespec_of (&ov->atime);
  if (ov->held & OV_MTIME)
    st->st_mtim = timespec_of (&ov->mtime);
  if ((ov->held & OV_CTIME)
      || ov_has_ctime (ov, (struct ov_time) { st->st_ctim.tv_sec, st->st_ctim.tv_nsec }))
    st->st_ctim = timespec_of (&ov->ctime);
  if (ov->held & OV_NLINK)
    st->st_nlink = ov->nlink;
  if (ov->held & OV_SIZE)
    {
      st->st_size = ov->size;
      st->st_blocks = (ov->size + OV_PAGE - 1) / OV_PAGE * (OV_PAGE / 512);
    }
  st->st_mode &= ~(S_IPTRANS | S_IATRANS | S_IFMT);
  st->st_mode |= ov->type;
  if ((ov->held & OV_TRANSLATOR) && ov->translator_len > 0)
    st->st_mode |= S_IPTRANS;
  st->st_ino = ov->ino;
  st->st_fsid = ov->gdev;
}

/* Into *HELD what a status needs of OV; mostly nothing is held.  rp.lock is held.  */
static void
copy_held (const struct ov_node *ov, struct ov_node *held)
{
  if (ov->held || ov->applied.sec || ov->gino == 0)
    {
      *held = *ov;
      return;
    }
  held->held = 0;
  held->applied = ov->applied;
  held->ino = ov->ino;
  held->type = ov->type;
  held->gino = ov->gino;
  held->gdev = ov->gdev;
  held->fsroot = ov->fsroot;
}

error_t
rp_stat (struct fs_node *node, io_statbuf_t *st)
{
  struct rp_node *d = rp_data (node);
  struct ov_node held;
  error_t err = 0;

  /* What is held is read first: if it is applied in between, the ground says
     the same.  */
  pthread_mutex_lock (&rp.lock);
  copy_held (d->ov, &held);
  mach_port_t port = d->port;
  pthread_mutex_unlock (&rp.lock);
  if (held.gino == 0 || ov_is_dead (&held))
    {
      memset (st, 0, sizeof *st);
      st->st_fstype = FSTYPE_EXT2FS;
      st->st_blksize = OV_PAGE;
      st->st_rdev = held.rdev;
    }
  else
    {
      if (port == MACH_PORT_NULL)
	err = rp_ground_port (node, &port);
      if (!err)
	err = io_stat (port, st);
    }
  if (err)
    return err;
  /* The node that we sit on has us.  */
  bool passive = ((st->st_mode & S_IPTRANS) && !(held.held & OV_TRANSLATOR)
		  && !held.fsroot && !S_ISLNK (held.type)
		  && !rp_is_self (&held));
  merge (&held, st);
  if (passive)
    st->st_mode |= S_IPTRANS;
  return 0;
}

void
rp_stamp (struct ov_node *ov, uint32_t which)
{
  struct timespec now;
  struct ov_time t;

  clock_gettime (CLOCK_REALTIME, &now);
  t = (struct ov_time) { now.tv_sec, (uint32_t) now.tv_nsec };
  if (which & OV_ATIME)
    ov->atime = t;
  if (which & OV_MTIME)
    ov->mtime = t;
  if (which & OV_CTIME)
    ov->ctime = t;
  ov_touch (&rp.ov, ov, which);
}

/* The attributes WHICH of OV were set; releases rp.lock.  */
static error_t
set (struct ov_node *ov, uint32_t which)
{
  ov_touch (&rp.ov, ov, which);
  rp_stamp (ov, OV_CTIME);
  pthread_mutex_unlock (&rp.lock);
  rp_changed ();
  return 0;
}

error_t
rp_chmod (struct fs_node *node, mode_t mode)
{
  struct ov_node *ov = rp_data (node)->ov;

  pthread_mutex_lock (&rp.lock);
  ov->mode = mode & 07777;
  return set (ov, OV_MODE);
}

error_t
rp_chown (struct fs_node *node, uid_t uid, gid_t gid)
{
  struct ov_node *ov = rp_data (node)->ov;
  io_statbuf_t st;
  error_t err = rp_stat (node, &st);

  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  ov->uid = uid == (uid_t) -1 ? st.st_uid : uid;
  ov->gid = gid == (gid_t) -1 ? st.st_gid : gid;
  return set (ov, OV_OWNER);
}

error_t
rp_chflags (struct fs_node *node, int flags)
{
  struct ov_node *ov = rp_data (node)->ov;

  pthread_mutex_lock (&rp.lock);
  ov->flags = flags;
  return set (ov, OV_FLAGS);
}

error_t
rp_chauthor (struct fs_node *node, uid_t author)
{
  struct ov_node *ov = rp_data (node)->ov;

  pthread_mutex_lock (&rp.lock);
  ov->author = author;
  return set (ov, OV_AUTHOR);
}

/* Set one time; WHICH is its bit.  */
static void
set_time (struct ov_node *ov, uint32_t which, struct ov_time *t,
	  const struct timespec *to)
{
  if (to->tv_nsec == UTIME_OMIT)
    return;
  if (to->tv_nsec == UTIME_NOW)
    {
      rp_stamp (ov, which);
      return;
    }
  *t = (struct ov_time) { to->tv_sec, (uint32_t) to->tv_nsec };
  ov_touch (&rp.ov, ov, which);
}

error_t
rp_utimens (struct fs_node *node, const struct timespec *atime,
	    const struct timespec *mtime)
{
  struct ov_node *ov = rp_data (node)->ov;

  pthread_mutex_lock (&rp.lock);
  set_time (ov, OV_ATIME, &ov->atime, atime);
  set_time (ov, OV_MTIME, &ov->mtime, mtime);
  return set (ov, 0);
}

/* Hold what NODE's status says of WHICH, OV_NLINK or OV_MTIME, if it is not held.  */
static error_t
hold (struct fs_node *node, uint32_t which)
{
  struct ov_node *ov = rp_data (node)->ov;
  io_statbuf_t st;
  error_t err = rp_stat (node, &st);

  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  if (!(ov->held & which))
    {
      if (which == OV_NLINK)
	ov->nlink = st.st_nlink;
      else
	ov->mtime = (struct ov_time) { st.st_mtim.tv_sec, st.st_mtim.tv_nsec };
      ov_touch (&rp.ov, ov, which);
    }
  pthread_mutex_unlock (&rp.lock);
  return 0;
}

error_t
rp_hold_nlink (struct fs_node *node)
{
  return hold (node, OV_NLINK);
}

error_t
rp_hold_mtime (struct fs_node *node)
{
  return hold (node, OV_MTIME);
}

/* The record that the ground has.  */
static error_t
ground_translator (struct fs_node *node, char **argz, size_t *len)
{
  mach_port_t port;
  error_t err = rp_ground_port (node, &port);

  return err ? err : rp_port_translator (port, argz, len);
}

error_t
rp_get_translator (struct fs_node *node, char **argz, size_t *len)
{
  struct ov_node *ov = rp_data (node)->ov;
  error_t err = 0;

  pthread_mutex_lock (&rp.lock);
  *argz = NULL;
  bool ground = !(ov->held & OV_TRANSLATOR) && ov->gino != 0 && !ov->fsroot;
  *len = (ov->held & OV_TRANSLATOR) ? ov->translator_len : 0;
  if (*len == 0)
    err = EINVAL;
  else if ((*argz = malloc (*len)) == NULL)
    err = ENOMEM;
  else
    memcpy (*argz, ov->translator, *len);
  pthread_mutex_unlock (&rp.lock);
  return ground ? ground_translator (node, argz, len) : err;
}

error_t
rp_set_translator (struct fs_node *node, const char *argz, size_t len)
{
  struct ov_node *ov = rp_data (node)->ov;
  char *copy = len ? malloc (len) : NULL;

  if (len && copy == NULL)
    return ENOMEM;
  if (len)
    memcpy (copy, argz, len);
  pthread_mutex_lock (&rp.lock);
  free (ov->translator);
  ov->translator = copy;
  ov->translator_len = len;
  rp_data (node)->trans = RP_TRANS_UNKNOWN;
  return set (ov, OV_TRANSLATOR);
}
