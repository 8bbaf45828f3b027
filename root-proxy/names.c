/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making and removing names: held, all of them.  */

#include <stdlib.h>
#include <string.h>
#include "proxy.h"

/* A new node owned by UID and GID; call with rp.lock held.  */
static error_t
new_node (struct fs_node *dir, mode_t mode, uid_t uid, gid_t gid,
	  unsigned int nlink, struct ov_node **ov)
{
  struct ov_node *dov = rp_data (dir)->ov;
  struct ov_node *n = ov_add_new (&rp.ov, mode, dov->gdev);

  if (n == NULL)
    return ENOMEM;
  n->mode = mode & 07777;
  n->uid = n->author = uid;
  n->gid = gid;
  n->nlink = nlink;
  n->parent = dov->ino;
  n->pinned = nlink == 0;
  rp_stamp (n, OV_ATIME | OV_MTIME | OV_CTIME);
  *ov = n;
  return 0;
}

error_t
rp_create (struct fs_node *dir, const char *name, mode_t mode, uid_t uid,
	   gid_t gid, dev_t rdev, const char *target, struct fs_node **node)
{
  struct ov_node *dov = rp_data (dir)->ov, *n = NULL;
  error_t err;

  if (dov->gdev != rp.ov.root_dev)
    return EROFS;
  pthread_mutex_lock (&rp.lock);
  err = ov_is_dead (dov) ? ENOENT : 0;
  if (!err)
    err = new_node (dir, mode, uid, gid, name ? 1 : 0, &n);
  if (!err)
    {
      n->rdev = rdev;
      n->target = target ? strdup (target) : NULL;
      n->size = target ? strlen (target) : 0;
      if (target && n->target == NULL)
	err = ENOMEM;
    }
  if (!err && name)
    err = ov_set_name (&rp.ov, dov, name, n, NULL);
  if (!err && name)
    rp_stamp (dov, OV_MTIME | OV_CTIME);
  if (!err)
    err = rp_node_get (n, node);
  if (err && n)
    {
      if (name && ov_name (&rp.ov, dov, name))
	ov_set_name (&rp.ov, dov, name, NULL, NULL);
      ov_remove (&rp.ov, n);
    }
  pthread_mutex_unlock (&rp.lock);
  if (!err)
    rp_trace (n, "create mode %o", mode);
  if (!err)
    rp_changed ();
  return err;
}

error_t
rp_mkdir (struct fs_node *dir, const char *name, mode_t mode, uid_t uid,
	  gid_t gid, struct fs_node **node)
{
  struct ov_node *dov = rp_data (dir)->ov, *n = NULL;
  error_t err = rp_hold_nlink (dir);

  if (err)
    return err;
  if (dov->gdev != rp.ov.root_dev)
    return EROFS;
  pthread_mutex_lock (&rp.lock);
  err = ov_is_dead (dov) ? ENOENT : 0;
  if (!err)
    err = new_node (dir, S_IFDIR | (mode & 07777), uid, gid, 2, &n);
  if (!err)
    err = ov_set_name (&rp.ov, dov, name, n, NULL);
  if (!err)
    err = rp_node_get (n, node);
  if (!err)
    {
      n->size = OV_PAGE;
      n->held &= ~OV_SIZE;
      dov->nlink++;
      rp_stamp (dov, OV_MTIME | OV_CTIME);
    }
  else if (n)
    {
      ov_set_name (&rp.ov, dov, name, NULL, NULL);
      ov_remove (&rp.ov, n);
    }
  pthread_mutex_unlock (&rp.lock);
  if (!err)
    rp_trace (n, "directory mode %o", mode);
  if (!err)
    rp_changed ();
  return err;
}

/* NODE is about to lose a name: hold its link count, and if it is the last one
   of a file in use, all of it.  */
static error_t
prepare_loss (struct fs_node *node)
{
  struct ov_node *ov = rp_data (node)->ov;
  error_t err = rp_hold_nlink (node);

  if (!err && ov->nlink == 1 && S_ISREG (ov->type)
      && (rp_data (node)->opens > 0 || rp_data (node)->pager))
    {
      if (rp_data (node)->pager)
	fs_pager_return (rp_data (node)->pager, 0, 0);
      err = rp_hold_all (node);
      if (!err && rp_data (node)->pager)
	fs_pager_uncache (rp_data (node)->pager);
    }
  return err;
}

/* Take one from the links; call with rp.lock held.  */
static void
lose (struct ov_node *ov)
{
  if (ov->nlink > 0)
    ov->nlink--;
  if (S_ISDIR (ov->type))
    ov->nlink = 0;
  rp_stamp (ov, OV_CTIME);
  ov_touch (&rp.ov, ov, OV_NLINK);
}

error_t
rp_unlink (struct fs_node *dir, const char *name, struct fs_node *node)
{
  struct ov_node *dov = rp_data (dir)->ov, *ov = rp_data (node)->ov;
  error_t err;

  if (dov->gdev != rp.ov.root_dev || ov->gdev != dov->gdev)
    return EROFS;
  err = prepare_loss (node);
  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  err = ov_set_name (&rp.ov, dov, name, NULL, ov);
  if (!err)
    {
      lose (ov);
      rp_stamp (dov, OV_MTIME | OV_CTIME);
    }
  pthread_mutex_unlock (&rp.lock);
  if (!err)
    rp_trace (dov, "remove %s", name);
  if (!err)
    rp_changed ();
  return err;
}

error_t
rp_rmdir (struct fs_node *dir, const char *name, struct fs_node *node)
{
  struct ov_node *dov = rp_data (dir)->ov, *ov = rp_data (node)->ov;
  error_t err = rp_dir_empty (node);

  if (!err && (dov->gdev != rp.ov.root_dev || ov->gdev != dov->gdev))
    err = EROFS;
  if (!err && rp_is_self (ov))
    err = EBUSY;
  if (!err)
    err = rp_hold_nlink (node);
  if (!err)
    err = rp_hold_nlink (dir);
  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  err = ov_set_name (&rp.ov, dov, name, NULL, ov);
  if (!err)
    {
      lose (ov);
      dov->nlink -= dov->nlink > 2;
      ov_touch (&rp.ov, dov, OV_NLINK);
      rp_stamp (dov, OV_MTIME | OV_CTIME);
    }
  pthread_mutex_unlock (&rp.lock);
  if (!err)
    rp_trace (dov, "remove directory %s", name);
  if (!err)
    rp_changed ();
  return err;
}

error_t
rp_link (struct fs_node *dir, const char *name, struct fs_node *node)
{
  struct ov_node *dov = rp_data (dir)->ov, *ov = rp_data (node)->ov;
  error_t err;

  if (ov == NULL || ov->gdev != dov->gdev)
    return EXDEV;
  if (dov->gdev != rp.ov.root_dev)
    return EROFS;
  err = rp_hold_nlink (node);
  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  err = ov_is_dead (dov) ? ENOENT : ov_set_name (&rp.ov, dov, name, ov, NULL);
  if (!err)
    {
      ov->nlink++;
      ov->pinned = false;
      ov_touch (&rp.ov, ov, OV_NLINK);
      rp_stamp (ov, OV_CTIME);
      rp_stamp (dov, OV_MTIME | OV_CTIME);
    }
  pthread_mutex_unlock (&rp.lock);
  if (!err)
    rp_trace (dov, "link %s", name);
  if (!err)
    rp_changed ();
  return err;
}

/* Move the links that directories' `..' are.  */
static void
move_parent (struct ov_node *from, struct ov_node *to, struct ov_node *n)
{
  if (!S_ISDIR (n->type) || from == to)
    return;
  n->parent = to->ino;
  from->nlink -= from->nlink > 2;
  to->nlink++;
  ov_touch (&rp.ov, from, OV_NLINK);
  ov_touch (&rp.ov, to, OV_NLINK);
}

error_t
rp_rename (struct fs_node *fromdir, const char *fromname,
	   struct fs_node *todir, const char *toname, struct fs_node *node,
	   struct fs_node *replaced)
{
  struct ov_node *from = rp_data (fromdir)->ov, *to = rp_data (todir)->ov;
  struct ov_node *ov = rp_data (node)->ov;
  struct ov_node *old = replaced ? rp_data (replaced)->ov : NULL;
  error_t err = 0;

  if (ov->gdev != from->gdev || ov->gdev != to->gdev)
    return EXDEV;
  if (ov->gdev != rp.ov.root_dev)
    return EROFS;
  if (rp_is_self (ov) || (old && rp_is_self (old)))
    return EBUSY;
  if (old && S_ISDIR (old->type))
    err = rp_dir_empty (replaced) ?: rp_hold_nlink (replaced);
  else if (old)
    err = prepare_loss (replaced);
  if (!err)
    err = rp_hold_nlink (node) ?: rp_hold_nlink (fromdir)
      ?: rp_hold_nlink (todir);
  if (!err && S_ISDIR (ov->type))
    err = rp_hold_mtime (node);
  if (err)
    return err;
  pthread_mutex_lock (&rp.lock);
  err = ov_is_dead (to) ? ENOENT : 0;
  if (!err)
    err = ov_set_name (&rp.ov, to, toname, ov, old);
  if (!err)
    err = ov_set_name (&rp.ov, from, fromname, NULL, ov);
  if (!err)
    {
      if (old)
	{
	  lose (old);
	  if (S_ISDIR (old->type))
	    to->nlink -= to->nlink > 2;
	}
      move_parent (from, to, ov);
      rp_stamp (ov, OV_CTIME);
      rp_stamp (from, OV_MTIME | OV_CTIME);
      rp_stamp (to, OV_MTIME | OV_CTIME);
    }
  pthread_mutex_unlock (&rp.lock);
  if (!err)
    rp_trace (ov, "rename from %s", fromname);
  if (!err)
    rp_changed ();
  return err;
}
