/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes and directories.  */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tmpfs.h"

void
tnode_touch (struct tnode *t, bool atime, bool mtime)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (atime)
    t->st.st_atim = now;
  if (mtime)
    t->st.st_mtim = now;
  if (!atime)
    t->st.st_ctim = now;
}

struct tnode *
tnode_make (mode_t mode, uid_t uid, gid_t gid)
{
  struct tnode *t;

  /* Each takes its share, so that empty files have an end, too.  */
  if (tmp.used + (tmp.nodes + 8) / 8 >= tmp.limit + 8)
    return NULL;
  t = calloc (1, sizeof *t);
  if (t == NULL)
    return NULL;
  t->ino = t->st.st_ino = ++tmp.next_ino;
  t->st.st_fsid = getpid ();
  t->st.st_fstype = FSTYPE_MEMFS;
  t->st.st_mode = mode;
  t->st.st_uid = t->st.st_author = uid;
  t->st.st_gid = gid;
  t->st.st_blksize = PAGE;
  t->last = &t->entries;
  tnode_touch (t, true, true);
  tnode_touch (t, false, false);
  tmp.nodes++;
  return t;
}

void
tnode_check (struct tnode *t)
{
  if (t->st.st_nlink > 0 || t->node)
    return;
  data_cut (t, 0);
  free (t->pages);
  free (t->target);
  free (t->trans);
  free (t);
  tmp.nodes--;
}

error_t
tnode_node (struct tnode *t, struct fs_node **node)
{
  error_t err;

  if (t->node && (*node = fs_node_tryref (t->node)))
    return 0;
  err = fs_node_create (&tmp.fs, &tmp_ops, t->ino, node);
  if (!err)
    {
      (*node)->data = t;
      t->node = *node;
    }
  return err;
}

void
tmp_free (struct fs_node *node)
{
  struct tnode *t = tnode_of (node);

  if (t->node == node && t->pager)
    {
      fs_pager_free (t->pager);
      t->pager = NULL;
    }
  pthread_mutex_lock (&tmp.lock);
  if (t->node == node)
    {
      t->node = NULL;
      tnode_check (t);
    }
  pthread_mutex_unlock (&tmp.lock);
}

static struct entry **
find (struct tnode *dir, const char *name)
{
  struct entry **e = &dir->entries;

  while (*e && strcmp ((*e)->name, name))
    e = &(*e)->next;
  return e;
}

/* Enter T as NAME, which is not there, with one link.  */
static error_t
enter (struct tnode *dir, const char *name, struct tnode *t)
{
  struct entry *e;

  if (dir->st.st_nlink == 0)
    return ENOENT;
  e = malloc (sizeof *e + strlen (name) + 1);
  if (e == NULL)
    return ENOSPC;
  strcpy (e->name, name);
  e->next = NULL;
  e->node = t;
  *dir->last = e;
  dir->last = &e->next;
  t->st.st_nlink++;
  if (S_ISDIR (t->st.st_mode))
    t->parent = dir;
  tnode_touch (dir, false, true);
  return 0;
}

static void
leave (struct tnode *dir, struct entry **e)
{
  struct entry *gone = *e;

  *e = gone->next;
  if (dir->last == &gone->next)
    dir->last = e;
  gone->node->st.st_nlink--;
  tnode_touch (gone->node, false, false);
  tnode_touch (dir, false, true);
  free (gone);
}

error_t
tmp_lookup (struct fs_node *dirnode, const char *name, struct fs_node **node)
{
  struct tnode *dir = tnode_of (dirnode);
  error_t err = ENOENT;

  pthread_mutex_lock (&tmp.lock);
  if (strcmp (name, ".") == 0)
    err = tnode_node (dir, node);
  else if (strcmp (name, "..") == 0)
    err = dir->parent ? tnode_node (dir->parent, node) : ENOENT;
  else if (*find (dir, name))
    err = tnode_node ((*find (dir, name))->node, node);
  pthread_mutex_unlock (&tmp.lock);
  return err;
}

/* Make a node of MODE; NAME may be NULL.  */
static error_t
make (struct tnode *dir, const char *name, mode_t mode, uid_t uid, gid_t gid,
      struct tnode **new)
{
  struct tnode *t;
  error_t err = 0;

  if (name && *find (dir, name))
    return EEXIST;
  t = tnode_make (mode, uid, gid);
  if (t == NULL)
    return ENOSPC;
  if (name)
    err = enter (dir, name, t);
  if (err)
    tnode_check (t);
  *new = t;
  return err;
}

error_t
tmp_create (struct fs_node *dirnode, const char *name, mode_t mode, uid_t uid,
	    gid_t gid, dev_t rdev, const char *target, struct fs_node **node)
{
  struct tnode *dir = tnode_of (dirnode), *t;
  char *copy = target ? strdup (target) : NULL;
  error_t err;

  if (target && copy == NULL)
    return ENOSPC;
  pthread_mutex_lock (&tmp.lock);
  err = make (dir, name, mode, uid, gid, &t);
  if (!err)
    {
      t->target = copy;
      copy = NULL;
      t->st.st_size = target ? strlen (target) : 0;
      t->st.st_rdev = rdev;
      err = tnode_node (t, node);
    }
  pthread_mutex_unlock (&tmp.lock);
  free (copy);
  return err;
}

error_t
tmp_mkdir (struct fs_node *dirnode, const char *name, mode_t mode, uid_t uid,
	   gid_t gid, struct fs_node **node)
{
  struct tnode *dir = tnode_of (dirnode), *t;
  error_t err;

  pthread_mutex_lock (&tmp.lock);
  err = make (dir, name, (mode & 07777) | S_IFDIR, uid, gid, &t);
  if (!err)
    {
      t->st.st_nlink++;		/* Its `.', */
      dir->st.st_nlink++;	/* and its `..'.  */
      err = tnode_node (t, node);
    }
  pthread_mutex_unlock (&tmp.lock);
  return err;
}

error_t
tmp_unlink (struct fs_node *dirnode, const char *name, struct fs_node *node)
{
  struct tnode *dir = tnode_of (dirnode);
  struct entry **e;
  error_t err = ENOENT;

  pthread_mutex_lock (&tmp.lock);
  e = find (dir, name);
  if (*e && (*e)->node == tnode_of (node))
    {
      leave (dir, e);
      err = 0;
    }
  pthread_mutex_unlock (&tmp.lock);
  if (!err && tnode_of (node)->pager && tnode_of (node)->st.st_nlink == 0)
    fs_pager_uncache (tnode_of (node)->pager);
  return err;
}

/* The directory T, which is empty, loses its name in DIR.  */
static void
bury (struct tnode *dir, struct entry **e)
{
  struct tnode *t = (*e)->node;

  leave (dir, e);
  t->st.st_nlink = 0;
  t->parent = NULL;
  dir->st.st_nlink--;
}

error_t
tmp_rmdir (struct fs_node *dirnode, const char *name, struct fs_node *node)
{
  struct tnode *dir = tnode_of (dirnode);
  struct entry **e;
  error_t err = 0;

  pthread_mutex_lock (&tmp.lock);
  e = find (dir, name);
  if (*e == NULL || (*e)->node != tnode_of (node))
    err = ENOENT;
  else if (tnode_of (node)->entries)
    err = ENOTEMPTY;
  else
    bury (dir, e);
  pthread_mutex_unlock (&tmp.lock);
  return err;
}

error_t
tmp_link (struct fs_node *dirnode, const char *name, struct fs_node *node)
{
  struct tnode *dir = tnode_of (dirnode);
  error_t err;

  pthread_mutex_lock (&tmp.lock);
  if (S_ISDIR (tnode_of (node)->st.st_mode))
    err = EPERM;
  else if (*find (dir, name))
    err = EEXIST;
  else
    err = enter (dir, name, tnode_of (node));
  if (!err)
    tnode_touch (tnode_of (node), false, false);
  pthread_mutex_unlock (&tmp.lock);
  return err;
}

error_t
tmp_rename (struct fs_node *fromdir, const char *fromname,
	    struct fs_node *todir, const char *toname, struct fs_node *node,
	    struct fs_node *replaced)
{
  struct tnode *from = tnode_of (fromdir), *to = tnode_of (todir);
  struct tnode *t = tnode_of (node), *old;
  bool dir = S_ISDIR (t->st.st_mode);
  struct entry **e, *new;
  error_t err = 0;

  pthread_mutex_lock (&tmp.lock);
  old = replaced ? tnode_of (replaced) : NULL;
  e = find (from, fromname);
  new = malloc (sizeof *new + strlen (toname) + 1);
  if (new == NULL)
    err = ENOSPC;
  else if (*e == NULL || (*e)->node != t || to->st.st_nlink == 0)
    err = ENOENT;
  else if (old && S_ISDIR (old->st.st_mode) && old->entries)
    err = ENOTEMPTY;
  if (err)
    goto out;
  if (old && *find (to, toname))
    {
      if (S_ISDIR (old->st.st_mode))
	bury (to, find (to, toname));
      else
	leave (to, find (to, toname));
      e = find (from, fromname);
    }
  leave (from, e);
  strcpy (new->name, toname);
  new->next = NULL;
  new->node = t;
  *to->last = new;
  to->last = &new->next;
  new = NULL;
  t->st.st_nlink++;
  if (dir)
    {
      from->st.st_nlink--;
      to->st.st_nlink++;
      t->parent = to;
    }
  tnode_touch (to, false, true);
 out:
  free (new);
  pthread_mutex_unlock (&tmp.lock);
  return err;
}

error_t
tmp_readdir (struct fs_node *dirnode, int entry, struct fs_dirent_sink *sink)
{
  struct tnode *dir = tnode_of (dirnode);
  struct entry *e;
  bool room = true;

  pthread_mutex_lock (&tmp.lock);
  if (entry == 0)
    room = fs_dirent_add (sink, dir->ino, ".", DT_DIR);
  if (entry <= 1 && room)
    room = fs_dirent_add (sink, dir->parent ? dir->parent->ino : dir->ino,
			  "..", DT_DIR);
  entry = entry > 2 ? entry - 2 : 0;
  for (e = dir->entries; e && room; e = e->next)
    if (entry > 0)
      entry--;
    else
      room = fs_dirent_add (sink, e->node->ino, e->name,
			    IFTODT (e->node->st.st_mode));
  tnode_touch (dir, true, false);
  pthread_mutex_unlock (&tmp.lock);
  return 0;
}
