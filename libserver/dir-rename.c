/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dir_rename.

   Renames go one at a time, so that the tree stands still while it is decided
   whether a directory would come below itself, and in which order to lock: a
   directory before what is below it, as everywhere else.  */

#include <string.h>
#include "node-internal.h"
#include "fs_S.h"

static pthread_mutex_t rename_lock = PTHREAD_MUTEX_INITIALIZER;

/* Is DIR equal to or below ABOVE?  */
static bool
is_below (struct fs_node *dir, struct fs_node *above)
{
  struct fs_node *n = fs_node_ref (dir);
  while (n && n != above && n != n->fs->root)
    {
      struct fs_node *parent = fs_get_parent (n);
      if (parent == NULL && n->ops->lookup)
	{
	  pthread_mutex_lock (&n->lock);
	  if (n->ops->lookup (n, "..", &parent))
	    parent = NULL;
	  pthread_mutex_unlock (&n->lock);
	}
      fs_node_unref (n);
      n = parent;
    }
  bool below = n == above;
  fs_node_unref (n);
  return below;
}

struct rename
{
  struct fs_cred *cred;
  struct fs_node *fromdir, *todir;
  char from[NAME_MAX + 1], to[NAME_MAX + 1];
  bool from_slash, to_slash, excl;
  struct fs_node *node, *old;
  struct fs_rest rest;
};

static error_t
find (struct rename *r, struct fs_node *dir, const char *name,
      struct fs_node **node)
{
  pthread_mutex_lock (&dir->lock);
  error_t err = fs_check_search (dir, r->cred->ids);
  if (!err)
    err = dir->ops->lookup ? dir->ops->lookup (dir, name, node) : ENOENT;
  pthread_mutex_unlock (&dir->lock);
  return err;
}

/* Everything is locked.  */
static error_t
check (struct rename *r)
{
  io_statbuf_t st, old;
  error_t err = fs_stat (r->node, &st);
  if (!err)
    err = fs_check_dir (r->fromdir, r->cred->ids, &st);
  if (!err && r->old)
    err = fs_stat (r->old, &old);
  if (!err)
    err = fs_check_dir (r->todir, r->cred->ids, r->old ? &old : NULL);
  if (err)
    return err;
  bool dir = S_ISDIR (st.st_mode);
  if (!dir && (r->from_slash || r->to_slash))
    return ENOTDIR;
  if (r->old && dir && !S_ISDIR (old.st_mode))
    return ENOTDIR;
  if (r->old && !dir && S_ISDIR (old.st_mode))
    return EISDIR;
  if (r->old && MACH_PORT_VALID (r->old->active))
    return EBUSY;
  /* Moving a directory changes its `..'.  */
  if (dir && r->fromdir != r->todir)
    return fs_access (&st, S_IWRITE, r->cred->ids);
  return 0;
}

static error_t
rename_locked (struct rename *r)
{
  error_t err = find (r, r->fromdir, r->from, &r->node);
  if (err)
    return err;
  err = find (r, r->todir, r->to, &r->old);
  if (err && err != ENOENT)
    return err;
  if (r->old && r->excl)
    return EEXIST;
  if (r->old == r->node)
    return 0;
  if (is_below (r->todir, r->node))
    return EINVAL;
  if (r->old && is_below (r->fromdir, r->old))
    return ENOTEMPTY;
  if (r->fromdir->ops->rename == NULL)
    return fs_missing (r->fromdir);

  struct fs_node *first = r->fromdir, *second = r->todir;
  if (first != second && is_below (first, second))
    {
      first = r->todir;
      second = r->fromdir;
    }
  pthread_mutex_lock (&first->lock);
  if (second != first)
    pthread_mutex_lock (&second->lock);
  pthread_mutex_lock (&r->node->lock);
  if (r->old)
    pthread_mutex_lock (&r->old->lock);
  err = check (r);
  if (!err)
    err = r->fromdir->ops->rename (r->fromdir, r->from, r->todir, r->to,
				   r->node, r->old);
  if (!err)
    {
      if (r->old)
	fs_forget (r->old, &r->rest);
      fs_set_parent (r->node, r->todir, r->to);
      fs_notify_dir (r->fromdir, DIR_CHANGED_UNLINK, r->from);
      fs_notify_dir (r->todir, DIR_CHANGED_NEW, r->to);
    }
  if (r->old)
    pthread_mutex_unlock (&r->old->lock);
  pthread_mutex_unlock (&r->node->lock);
  if (second != first)
    pthread_mutex_unlock (&second->lock);
  pthread_mutex_unlock (&first->lock);
  return err;
}

static bool
ends_in_slash (const char *name)
{
  size_t len = strlen (name);
  return len && name[len - 1] == '/';
}

kern_return_t
S_dir_rename (file_t olddirectory, const_string_t oldname,
	      file_t newdirectory, const_string_t newname, int excl)
{
  struct rename r = { .excl = excl };
  struct fs_cred *to;
  error_t err;
  r.from_slash = ends_in_slash (oldname);
  r.to_slash = ends_in_slash (newname);
  r.cred = fs_begin (olddirectory, &r.fromdir);
  if (r.cred == NULL)
    return EOPNOTSUPP;
  to = fs_begin (newdirectory, &r.todir);
  if (to == NULL)
    {
      fs_end (r.cred, r.fromdir);
      return EXDEV;
    }
  err = fs_name (r.fromdir, oldname, r.from, EINVAL, EINVAL)
    ?: fs_name (r.todir, newname, r.to, EINVAL, EINVAL);
  if (!err && r.todir->fs != r.fromdir->fs)
    err = EXDEV;
  if (!err)
    {
      pthread_mutex_lock (&rename_lock);
      err = rename_locked (&r);
      pthread_mutex_unlock (&rename_lock);
    }
  if (!err)
    fs_drop_right (newdirectory);
  if (r.old)
    fs_let_go (r.old, &r.rest);
  fs_node_unref (r.node);
  fs_node_unref (r.old);
  fs_end (to, r.todir);
  fs_end (r.cred, r.fromdir);
  return err;
}
