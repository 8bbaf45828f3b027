/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is set on a node: translators' records and what they mean.  */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <argz.h>
#include <hurd/paths.h>
#include <sys/sysmacros.h>
#include "node-internal.h"

error_t
fs_trans_by_type (struct fs_node *node, const io_statbuf_t *st, char **argz,
		  size_t *len)
{
  char buf[sizeof _HURD_SYMLINK + 4096];
  const char *name = NULL;
  size_t n;

  switch (st->st_mode & S_IFMT)
    {
    case S_IFLNK:
      if (node->ops->readlink == NULL)
	return EINVAL;
      memset (buf, 0, sizeof buf);
      memcpy (buf, _HURD_SYMLINK, sizeof _HURD_SYMLINK);
      {
	error_t err = node->ops->readlink (node, buf + sizeof _HURD_SYMLINK,
					   sizeof buf - sizeof _HURD_SYMLINK
					   - 1);
	if (err)
	  return err;
      }
      n = sizeof _HURD_SYMLINK + strlen (buf + sizeof _HURD_SYMLINK) + 1;
      break;
    case S_IFIFO:
      n = sizeof _HURD_FIFO;
      memcpy (buf, _HURD_FIFO, n);
      break;
    case S_IFSOCK:
      n = sizeof _HURD_IFSOCK;
      memcpy (buf, _HURD_IFSOCK, n);
      break;
    case S_IFCHR:
      name = _HURD_CHRDEV;
      break;
    case S_IFBLK:
      name = _HURD_BLKDEV;
      break;
    default:
      return EINVAL;
    }
  if (name)
    n = sprintf (buf, "%s%c%u%c%u", name, 0, gnu_dev_major (st->st_rdev), 0,
		 gnu_dev_minor (st->st_rdev)) + 1;
  *argz = malloc (n);
  if (*argz == NULL)
    return ENOMEM;
  memcpy (*argz, buf, n);
  *len = n;
  return 0;
}

error_t
fs_trans_record (struct fs_node *node, char **argz, size_t *len)
{
  io_statbuf_t st;
  error_t err = fs_stat (node, &st);
  if (err)
    return err;
  *argz = NULL;
  *len = 0;
  if ((st.st_mode & S_IPTRANS) && node->ops->get_translator)
    {
      err = node->ops->get_translator (node, argz, len);
      if (err)
	return err;
      if (*len && (*argz)[*len - 1] == '\0')
	return 0;
      free (*argz);
    }
  if (S_ISLNK (st.st_mode) || node->fs->special_files)
    return fs_trans_by_type (node, &st, argz, len);
  return EINVAL;
}

/* Does the record ARGZ name PROGRAM?  */
static bool
is (const char *argz, const char *program)
{
  return strcmp (argz, program) == 0;
}

/* Where a record of /hurd/magic leads to.  */
static error_t
magic (struct fs_trans *t)
{
  char *arg = NULL;
  bool directory = false;
  while ((arg = argz_next (t->argz, t->len, arg)))
    if (strcmp (arg, "--directory") == 0 || strcmp (arg, "-d") == 0)
      directory = true;
    else if (arg != t->argz)
      break;
  if (arg == NULL || strlen (arg) > NAME_MAX)
    return EINVAL;
  sprintf (t->target, "%s%s", arg, directory ? "/" : "");
  t->kind = FS_MAGIC;
  return 0;
}

error_t
fs_trans_find (struct fs_node *node, const io_statbuf_t *st,
	       struct fs_trans *t)
{
  error_t err = 0;

  t->kind = FS_PLAIN;
  t->argz = NULL;
  t->len = 0;
  t->inner = NULL;
  t->control = node->active;
  if (MACH_PORT_VALID (t->control))
    {
      t->kind = FS_ACTIVE;
      return sv_right_ref (t->control);
    }
  if (S_ISLNK (st->st_mode))
    {
      if (node->ops->readlink == NULL)
	return EOPNOTSUPP;
      t->kind = FS_LINK;
      memset (t->target, 0, sizeof t->target);
      return node->ops->readlink (node, t->target, sizeof t->target - 1);
    }
  if (node->ops->cross)
    {
      err = node->ops->cross (node, &t->inner);
      if (!err)
	t->kind = FS_OTHER;
      if (err != ENOENT)
	return err;
    }
  if (!(st->st_mode & S_IPTRANS))
    return 0;
  err = fs_trans_record (node, &t->argz, &t->len);
  if (err)
    return err == EINVAL ? 0 : err;
  if (is (t->argz, _HURD_SYMLINK))
    {
      const char *target = argz_next (t->argz, t->len, t->argz);
      if (target == NULL || strlen (target) >= sizeof t->target)
	return EINVAL;
      t->kind = FS_LINK;
      strcpy (t->target, target);
    }
  else if (is (t->argz, _HURD_MAGIC))
    err = magic (t);
  else
    t->kind = FS_START;
  return err;
}

void
fs_trans_free (struct fs_trans *t)
{
  free (t->argz);
  t->argz = NULL;
  if (t->kind == FS_ACTIVE)
    fs_drop_right (t->control);
  if (t->inner)
    fs_node_unref (t->inner);
  t->inner = NULL;
  t->kind = FS_PLAIN;
}
