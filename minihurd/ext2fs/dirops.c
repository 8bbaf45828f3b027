/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations on directories.  */

#include "ext2fs.h"
#include <string.h>

#define LINK_LIMIT 32000

error_t
ext2_lookup (struct fs_node *dir, const char *name, struct fs_node **node)
{
  ext2_ino_t number;
  error_t err;

  pthread_mutex_lock (&ext2.lock);
  err = dir_find (inode_of (dir), name, &number, NULL);
  if (err == 0)
    err = inode_node (number, node);
  pthread_mutex_unlock (&ext2.lock);
  return err;
}

/* One link less to INODE.  */
static void
drop_link (struct inode *inode)
{
  if (inode->disk.i_links_count > 0)
    inode->disk.i_links_count--;
  inode_changed (inode, INODE_CTIME);
}

/* Fill the new symbolic link INODE.  */
static error_t
set_target (struct inode *inode, const char *target)
{
  size_t len = strlen (target);

  if (len >= ext2.fs->blocksize)
    return ENAMETOOLONG;
  if (len < sizeof inode->disk.i_block)
    {
      memcpy (inode->disk.i_block, target, len);
      inode_set_size (inode, len);
      return 0;
    }
  return file_write_locked (inode, 0, len, target);
}

/* What every creation does first: DIR must be there, and NAME free.  */
static error_t
prepare (struct inode *dir, const char *name)
{
  ext2_ino_t number;
  error_t err = ext2_begin ();

  if (err)
    return err;
  if (dir->disk.i_links_count == 0)
    return ENOENT;
  if (name == NULL)
    return 0;
  err = dir_find (dir, name, &number, NULL);
  return err == 0 ? EEXIST : err == ENOENT ? 0 : err;
}

error_t
ext2_create (struct fs_node *dirnode, const char *name, mode_t mode,
	     uid_t uid, gid_t gid, dev_t rdev, const char *target,
	     struct fs_node **node)
{
  struct inode *dir = inode_of (dirnode), *inode;
  struct fs_node *new = NULL;
  error_t err;

  pthread_mutex_lock (&ext2.lock);
  err = prepare (dir, name);
  if (err == 0)
    err = inode_create (dir, mode & 0177777, uid, gid, &new);
  if (err)
    goto out;
  inode = inode_of (new);
  if (S_ISLNK (mode) && target != NULL)
    err = set_target (inode, target);
  else if (S_ISCHR (mode) || S_ISBLK (mode))
    inode->disk.i_block[0] = rdev;
  if (err == 0 && name != NULL)
    {
      err = dir_add (dir, name, inode->number, mode, NULL);
      if (err == 0)
	inode->disk.i_links_count = 1;
    }
  if (err == 0)
    {
      *node = new;
      new = NULL;
    }
 out:
  pthread_mutex_unlock (&ext2.lock);
  fs_node_unref (new);		/* Without a link it goes again.  */
  return err;
}

error_t
ext2_mkdir (struct fs_node *dirnode, const char *name, mode_t mode,
	    uid_t uid, gid_t gid, struct fs_node **node)
{
  struct inode *dir = inode_of (dirnode), *inode;
  struct fs_node *new = NULL;
  error_t err;

  mode = (mode & 07777) | S_IFDIR;
  pthread_mutex_lock (&ext2.lock);
  err = prepare (dir, name);
  if (err == 0 && dir->disk.i_links_count >= LINK_LIMIT)
    err = EMLINK;
  if (err == 0)
    err = inode_create (dir, mode, uid, gid, &new);
  if (err)
    goto out;
  inode = inode_of (new);
  err = dir_init (inode, dir->number);
  if (err == 0)
    err = dir_add (dir, name, inode->number, mode, NULL);
  if (err == 0)
    {
      inode->disk.i_links_count = 2;
      dir->disk.i_links_count++;
      *node = new;
      new = NULL;
    }
 out:
  pthread_mutex_unlock (&ext2.lock);
  fs_node_unref (new);
  return err;
}

error_t
ext2_unlink (struct fs_node *dirnode, const char *name, struct fs_node *node)
{
  struct inode *dir = inode_of (dirnode);
  struct dir_place place;
  ext2_ino_t number;
  error_t err;

  pthread_mutex_lock (&ext2.lock);
  err = ext2_begin ();
  if (err == 0)
    err = dir_find (dir, name, &number, &place);
  if (err == 0 && number != node->ino)
    err = ENOENT;
  if (err == 0 && inode_of (node)->linked && !ext2.journal.active)
    err = ext2_sync ();		/* The other name comes first.  */
  if (err == 0)
    err = dir_remove (dir, &place);
  if (err == 0)
    drop_link (inode_of (node));
  pthread_mutex_unlock (&ext2.lock);
  if (err == 0)
    ext2_nameless (node);
  return err;
}

/* The directory INODE loses its last name, an entry of PARENT.  */
static void
bury (struct inode *parent, struct inode *inode)
{
  inode->disk.i_links_count = 0;
  inode->buried = true;
  inode_changed (inode, INODE_CTIME);
  drop_link (parent);
}

error_t
ext2_rmdir (struct fs_node *dirnode, const char *name, struct fs_node *node)
{
  struct inode *dir = inode_of (dirnode);
  struct dir_place place;
  ext2_ino_t number;
  error_t err;

  pthread_mutex_lock (&ext2.lock);
  err = ext2_begin ();
  if (err == 0)
    err = dir_is_empty (inode_of (node));
  if (err == 0)
    err = dir_find (dir, name, &number, &place);
  if (err == 0 && number != node->ino)
    err = ENOENT;
  if (err == 0)
    err = dir_remove (dir, &place);
  if (err == 0)
    bury (dir, inode_of (node));
  pthread_mutex_unlock (&ext2.lock);
  return err;
}

error_t
ext2_link (struct fs_node *dirnode, const char *name, struct fs_node *node)
{
  struct inode *dir = inode_of (dirnode), *inode = inode_of (node);
  error_t err;

  pthread_mutex_lock (&ext2.lock);
  err = prepare (dir, name);
  if (err == 0 && inode->disk.i_links_count >= LINK_LIMIT)
    err = EMLINK;
  if (err == 0 && S_ISDIR (inode->disk.i_mode))
    err = EPERM;
  if (err == 0)
    err = dir_add (dir, name, inode->number, inode->disk.i_mode, NULL);
  if (err == 0)
    {
      inode->disk.i_links_count++;
      inode->linked = true;
      inode_changed (inode, INODE_CTIME);
    }
  pthread_mutex_unlock (&ext2.lock);
  return err;
}

/* EINVAL if DIR is INODE or lies below it.  */
static error_t
check_not_below (struct inode *dir, struct inode *inode)
{
  ext2_ino_t number = dir->number, up;
  error_t err;

  for (;;)
    {
      struct inode *step;

      if (number == inode->number)
	return EINVAL;
      if (number == EXT2_ROOT_INO)
	return 0;
      err = inode_get (number, &step);
      if (err == 0)
	err = dir_find (step, "..", &up, NULL);
      if (err)
	return err;
      if (up == number)
	return EIO;
      number = up;
    }
}

/* May INODE take the place of OLD?  */
static error_t
check_replace (struct inode *inode, struct inode *old)
{
  bool isdir = S_ISDIR (inode->disk.i_mode);
  bool olddir = S_ISDIR (old->disk.i_mode);

  if (isdir != olddir)
    return olddir ? EISDIR : ENOTDIR;
  return olddir ? dir_is_empty (old) : 0;
}

/* Let the directory INODE, which was in FROM, know that it is in TO.  */
static error_t
reparent (struct inode *inode, struct inode *from, struct inode *to)
{
  struct dir_place place;
  ext2_ino_t number;
  error_t err = dir_find (inode, "..", &number, &place);

  if (err == 0)
    err = dir_replace (inode, &place, to->number, S_IFDIR);
  if (err)
    return err;
  drop_link (from);
  to->disk.i_links_count++;
  inode_changed (to, 0);
  return 0;
}

static error_t
rename_locked (struct inode *from, const char *fromname, struct inode *to,
	       const char *toname, struct inode *inode, struct inode *old)
{
  struct dir_place place, oldplace;
  ext2_ino_t number;
  bool isdir = S_ISDIR (inode->disk.i_mode);
  error_t err = dir_find (from, fromname, &number, &place);

  if (err == 0 && number != inode->number)
    err = ENOENT;
  if (err == 0 && to->disk.i_links_count == 0)
    err = ENOENT;
  if (err == 0 && isdir && from != to)
    err = check_not_below (to, inode);
  if (err == 0 && isdir && from != to && old == NULL
      && to->disk.i_links_count >= LINK_LIMIT)
    err = EMLINK;
  if (err == 0 && old != NULL)
    {
      err = check_replace (inode, old);
      if (err == 0)
	err = dir_find (to, toname, &number, &oldplace);
      if (err == 0 && number != old->number)
	err = EAGAIN;
    }
  if (err)
    return err;
  if (old != NULL)
    err = dir_replace (to, &oldplace, inode->number, inode->disk.i_mode);
  else
    err = dir_add (to, toname, inode->number, inode->disk.i_mode, &oldplace);
  /* The new name comes first, unless both go to the disk at once.  */
  if (err == 0 && !ext2.journal.active && (from != to || place.block != oldplace.block))
    err = ext2_sync ();
  if (err)
    return err;
  /* Adding never moves an entry.  */
  err = dir_remove (from, &place);
  if (err == 0 && isdir && from != to)
    err = reparent (inode, from, to);
  if (old != NULL)
    {
      if (isdir)
	bury (to, old);
      else
	drop_link (old);
    }
  inode_changed (inode, INODE_CTIME);
  return err;
}

error_t
ext2_rename (struct fs_node *fromdir, const char *fromname,
	     struct fs_node *todir, const char *toname,
	     struct fs_node *node, struct fs_node *replaced)
{
  error_t err;

  if (replaced == node)
    return 0;
  pthread_mutex_lock (&ext2.lock);
  err = ext2_begin ();
  if (err == 0)
    err = rename_locked (inode_of (fromdir), fromname, inode_of (todir),
			 toname, inode_of (node),
			 replaced != NULL ? inode_of (replaced) : NULL);
  pthread_mutex_unlock (&ext2.lock);
  if (err == 0 && replaced != NULL)
    ext2_nameless (replaced);
  return err;
}
