/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where nodes are in the tree, as far as somebody has looked.  */

#include <stdlib.h>
#include <string.h>
#include "node-internal.h"

void
fs_set_parent (struct fs_node *node, struct fs_node *dir, const char *name)
{
  struct fs_node *old = NULL;
  char *copy = NULL;

  if (node == dir || node == node->fs->root)
    return;
  pthread_mutex_lock (&fs_names_lock);
  bool same = (node->parent == dir && node->name
	       && strcmp (node->name, name) == 0);
  if (!same && (copy = strdup (name)))
    {
      old = node->parent;
      free (node->name);
      node->name = copy;
      node->parent = fs_node_ref (dir);
    }
  pthread_mutex_unlock (&fs_names_lock);
  fs_node_unref (old);
}

void
fs_set_same_parent (struct fs_node *node, struct fs_node *other)
{
  struct fs_node *dir = NULL;
  char *name = NULL;

  pthread_mutex_lock (&fs_names_lock);
  if (other->parent && other->name && (name = strdup (other->name)))
    dir = fs_node_ref (other->parent);
  pthread_mutex_unlock (&fs_names_lock);
  if (dir)
    fs_set_parent (node, dir, name);
  free (name);
  fs_node_unref (dir);
}

struct fs_node *
fs_get_parent (struct fs_node *node)
{
  pthread_mutex_lock (&fs_names_lock);
  struct fs_node *parent = node->parent;
  if (parent)
    fs_node_ref (parent);
  pthread_mutex_unlock (&fs_names_lock);
  return parent;
}

char *
fs_path (struct fs_node *node)
{
  char *path = NULL;
  size_t len = 0;
  struct fs_node *n;

  pthread_mutex_lock (&fs_names_lock);
  for (n = node; n && n != n->fs->root; n = n->parent)
    len += 1 + (n->name ? strlen (n->name) : 0);
  if (n && (path = malloc (len + 1)))
    {
      /* From the end; the slash after each name becomes the end's zero.  */
      char *p = path + len;
      *p = '\0';
      for (n = node; n != n->fs->root; n = n->parent)
	{
	  size_t l = strlen (n->name);
	  *--p = '/';
	  p -= l;
	  memcpy (p, n->name, l);
	}
      if (len)
	path[len - 1] = '\0';
    }
  pthread_mutex_unlock (&fs_names_lock);
  return path;
}

static error_t
component (const char *name, char *buf, error_t dot, error_t dotdot)
{
  size_t len;

  while (*name == '/')
    name++;
  len = strlen (name);
  while (len && name[len - 1] == '/')
    len--;
  if (len == 0)
    return dot;
  if (len > NAME_MAX)
    return ENAMETOOLONG;
  if (memchr (name, '/', len))
    return EINVAL;
  memcpy (buf, name, len);
  buf[len] = '\0';
  if (strcmp (buf, ".") == 0)
    return dot;
  if (strcmp (buf, "..") == 0)
    return dotdot;
  return 0;
}

error_t
fs_name (struct fs_node *dir, const char *name, char *buf, error_t dot,
	 error_t dotdot)
{
  error_t err = component (name, buf, dot, dotdot);
  io_statbuf_t st;

  /* First of all there has to be a directory.  */
  if (err)
    {
      pthread_mutex_lock (&dir->lock);
      if (fs_stat (dir, &st) == 0 && !S_ISDIR (st.st_mode))
	err = ENOTDIR;
      pthread_mutex_unlock (&dir->lock);
    }
  return err;
}
