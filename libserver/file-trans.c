/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Setting and getting translators.  */

#include <stdlib.h>
#include <string.h>
#include <argz.h>
#include <hurd/fsys.h>
#include <hurd/paths.h>
#include <sys/sysmacros.h>
#include "node-internal.h"
#include "fs_S.h"

/* The file type that the record ARGZ stands for, 0 if none; its device number
   and target.  */
static error_t
short_form (const char *argz, size_t len, mode_t *type, dev_t *rdev,
	    const char **target)
{
  const char *arg = argz_next ((char *) argz, len, argz);
  *type = 0;
  *rdev = 0;
  *target = NULL;
  if (strcmp (argz, _HURD_SYMLINK) == 0)
    {
      if (arg == NULL || *arg == '\0')
	return ENOENT;
      *type = S_IFLNK;
      *target = arg;
    }
  else if (strcmp (argz, _HURD_FIFO) == 0)
    *type = S_IFIFO;
  else if (strcmp (argz, _HURD_IFSOCK) == 0)
    *type = S_IFSOCK;
  else if (strcmp (argz, _HURD_CHRDEV) == 0
	   || strcmp (argz, _HURD_BLKDEV) == 0)
    {
      const char *minor = arg ? argz_next ((char *) argz, len, arg) : NULL;
      if (minor == NULL)
	return EINVAL;
      *type = strcmp (argz, _HURD_CHRDEV) == 0 ? S_IFCHR : S_IFBLK;
      *rdev = gnu_dev_makedev (strtoul (arg, NULL, 0),
			       strtoul (minor, NULL, 0));
    }
  return 0;
}

/* CRED's open is of a file without a name; make it one of the type that ARGZ
   stands for.  Returns EAGAIN if it stands for none.  */
static error_t
become (struct fs_cred *cred, struct fs_node *node, const io_statbuf_t *st,
	const char *argz, size_t len)
{
  struct fs_open *open = cred->open;
  struct fs_node *dir = open->made_in, *new;
  mode_t type;
  dev_t rdev;
  const char *target;

  if (dir == NULL || open->before || !S_ISREG (st->st_mode)
      || dir->ops->create == NULL)
    return EAGAIN;
  error_t err = short_form (argz, len, &type, &rdev, &target);
  if (err || type == 0)
    return err ?: EAGAIN;
  if ((S_ISCHR (type) || S_ISBLK (type))
      && fs_isowner (&(io_statbuf_t) { .st_uid = 0 }, cred->ids))
    return EPERM;
  mode_t mode = type | (S_ISLNK (type) ? 0777 : st->st_mode & 07777);
  pthread_mutex_lock (&dir->lock);
  err = dir->ops->create (dir, NULL, mode, st->st_uid, st->st_gid, rdev,
			  target, &new);
  pthread_mutex_unlock (&dir->lock);
  if (err)
    return err;
  pthread_mutex_lock (&node->lock);
  if (open->opened && node->ops->close)
    node->ops->close (node, open->flags);
  open->opened = false;
  pthread_mutex_unlock (&node->lock);
  /* Others may be using it: it stays until the open's end.  */
  open->before = node;
  fs_node_ref (node);
  struct fs_node *old = __atomic_exchange_n (&open->node, new,
					     __ATOMIC_ACQ_REL);
  fs_node_unref (old);
  return 0;
}

/* End the active translator of NODE, which is locked, and unlocked
   meanwhile.  */
static error_t
dismiss (struct fs_node *node, int active_flags, int goaway_flags)
{
  mach_port_t old = node->active;
  error_t err;

  if (active_flags & FS_TRANS_EXCL)
    return EBUSY;
  if (active_flags & FS_TRANS_ORPHAN)
    return 0;
  sv_right_ref (old);
  pthread_mutex_unlock (&node->lock);
  sv_park ();
  err = fsys_goaway (old, goaway_flags);
  sv_unpark ();
  fs_drop_right (old);
  pthread_mutex_lock (&node->lock);
  if (err == MIG_SERVER_DIED || err == MACH_SEND_INVALID_DEST
      || err == MIG_BAD_ID || err == EOPNOTSUPP
      || (active_flags & FS_TRANS_FORCE))
    err = 0;
  return err;
}

kern_return_t
S_file_set_translator (file_t file, int passive_flags, int active_flags,
		       int oldtrans_flags, const_data_t passive,
		       mach_msg_type_number_t passive_count,
		       mach_port_t active)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  io_statbuf_t st;
  char *argz = NULL;
  size_t len = 0;
  if (cred == NULL)
    return EOPNOTSUPP;
  bool set = passive_flags & FS_TRANS_SET;
  error_t err = 0;

  pthread_mutex_lock (&node->lock);
  err = fs_stat (node, &st) ?: fs_isowner (&st, cred->ids);
  if (!err && set && passive_count && passive[passive_count - 1] != '\0')
    err = EINVAL;
  if (!err && set && node->fs->readonly)
    err = EROFS;
  if (!err && set && (passive_flags & FS_TRANS_EXCL)
      && fs_trans_record (node, &argz, &len) == 0)
    err = EBUSY;
  free (argz);
  if (!err && (active_flags & FS_TRANS_SET) && MACH_PORT_VALID (node->active))
    err = dismiss (node, active_flags, oldtrans_flags);
  pthread_mutex_unlock (&node->lock);

  if (!err && set)
    {
      err = passive_count ? become (cred, node, &st, passive, passive_count)
	: EAGAIN;
      if (err == EAGAIN)
	{
	  pthread_mutex_lock (&node->lock);
	  err = node->ops->set_translator
	    ? node->ops->set_translator (node, passive, passive_count)
	    : fs_missing (node);
	  pthread_mutex_unlock (&node->lock);
	}
    }
  if (!err && (active_flags & FS_TRANS_SET))
    {
      pthread_mutex_lock (&node->lock);
      err = fs_active_set (node, active);
      pthread_mutex_unlock (&node->lock);
    }
  else if (!err)
    fs_drop_right (active);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_get_translator (file_t file, data_t *translator,
		       mach_msg_type_number_t *count)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  char *argz = NULL;
  size_t len = 0;
  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&node->lock);
  error_t err = fs_trans_record (node, &argz, &len);
  pthread_mutex_unlock (&node->lock);
  if (!err)
    err = fs_return_data (argz, len, translator, count);
  free (argz);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_file_get_translator_cntl (file_t file, mach_port_t *control,
			    mach_msg_type_name_t *poly)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (file, &node);
  io_statbuf_t st;
  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&node->lock);
  error_t err = fs_stat (node, &st) ?: fs_isowner (&st, cred->ids);
  if (!err && !MACH_PORT_VALID (node->active))
    err = ENXIO;
  if (!err)
    {
      *control = node->active;
      *poly = MACH_MSG_TYPE_MOVE_SEND;
      err = sv_right_ref (*control);
    }
  pthread_mutex_unlock (&node->lock);
  fs_end (cred, node);
  return err;
}
