/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dir_lookup: walking a path.

   O_TRUNC is left to the client, whose library asks for it with file_set_size
   once it has the file.  */

#include <stdlib.h>
#include <string.h>
#include <hurd/fsys.h>
#include "node-internal.h"
#include "fs_S.h"

#define MAX_LINKS	32

struct walk
{
  struct fs_cred *cred;		/* Who asks, and from where.  */
  struct fs_node *node;		/* As far as we are; referenced.  */
  struct fs_node *dir;		/* What NODE was found in, or NULL.  */
  char *path;			/* Malloced: what is left, from REST on.  */
  char *rest;
  bool must_be_dir;		/* The path ended in a slash.  */
  bool created;
  bool again;			/* After a translator was found dead.  */
  int flags;
  mode_t mode;
  int links;
  /* The answer.  */
  bool done;
  retry_type retry;
  char *retry_name;
  mach_port_t result;
};

/* Answer with NAME (and what is left of the path after it).  */
static error_t
answer (struct walk *w, retry_type retry, const char *name, const char *rest,
	mach_port_t result)
{
  size_t len = strlen (name), more = strlen (rest);
  bool slash = len && more && name[len - 1] != '/';
  if (len + slash + more >= sizeof (string_t))
    return ENAMETOOLONG;
  memmove (w->retry_name + len + slash, rest, more + 1);
  memmove (w->retry_name, name, len);
  if (slash)
    w->retry_name[len] = '/';
  w->retry = retry;
  w->result = result;
  w->done = true;
  return 0;
}

/* What a lookup elsewhere still has to do after this component.  */
static const char *
left (struct walk *w)
{
  if (*w->rest == '\0' && w->must_be_dir)
    return ".";
  return w->rest;
}

/* The last component is reached.  */
static error_t
finish (struct walk *w, const io_statbuf_t *st)
{
  mach_port_t right;
  error_t err = 0;
  int flags = w->flags;

  if (w->must_be_dir)
    flags |= O_DIRECTORY;
  if (!w->created)
    {
      if ((flags & O_CREAT) && (flags & O_EXCL) && w->dir)
	return EEXIST;
      err = fs_open_check (w->node, st, flags, w->cred->ids);
    }
  if (!err)
    err = fs_open_right (w->node, flags, w->cred->ids, w->cred->open, &right);
  if (err)
    return err;
  return answer (w, FS_RETRY_NORMAL, "", "", right);
}

/* Go on in the translator on W's node.  */
static error_t
cross (struct walk *w, struct fs_trans *t)
{
  bool last = *w->rest == '\0' && !w->must_be_dir;
  struct fs_ids nobody = { 0, 0, NULL, NULL };
  const struct fs_ids *ids = w->cred->ids;
  struct fs_node *dir = w->dir ? fs_node_ref (w->dir)
    : fs_get_parent (w->node);
  mach_port_t control, dotdot = MACH_PORT_NULL, port = MACH_PORT_NULL;
  retry_type retry;
  string_t name;
  error_t err;
  int tries = 0;

  do
    {
      /* The translator gets no more of the client's powers than to find its
	 way back.  */
      err = fs_trans_control (w->node, t, &control);
      if (!err && dotdot == MACH_PORT_NULL)
	{
	  err = fs_open_right (dir ? dir : w->node, 0, &nobody, w->cred->open,
			       &dotdot);
	  if (err)
	    fs_drop_right (control);
	}
      if (err)
	break;
      sv_park ();
      err = fsys_getroot (control, dotdot, MACH_MSG_TYPE_COPY_SEND, ids->uids,
			  ids->nuids, ids->gids, ids->ngids,
			  last ? w->flags : 0, &retry, name,
			  &port);
      sv_unpark ();
      if (err == MACH_SEND_INVALID_DEST || err == MIG_SERVER_DIED)
	{
	  /* It is gone; once more without it.  */
	  err = EDIED;
	  pthread_mutex_lock (&w->node->lock);
	  if (w->node->active == control)
	    fs_active_set (w->node, MACH_PORT_NULL);
	  pthread_mutex_unlock (&w->node->lock);
	}
      fs_drop_right (control);
    }
  while (err == EDIED && t->kind == FS_START && ++tries < 2);
  fs_drop_right (dotdot);
  if (dir)
    fs_node_unref (dir);
  if (err)
    return err;
  err = answer (w, retry, name, left (w), port);
  if (err)
    fs_drop_right (port);
  return err;
}

/* Put the target of a symbolic link in front of what is left.  */
static error_t
follow (struct walk *w, const char *target)
{
  if (++w->links > MAX_LINKS)
    return ELOOP;
  if (*target == '\0')
    return ENOENT;
  const char *rest = left (w);
  if (*target == '/')
    return answer (w, FS_RETRY_MAGICAL, target, rest, MACH_PORT_NULL);
  if (w->dir == NULL && (w->dir = fs_get_parent (w->node)) == NULL)
    return EINVAL;
  char *path = malloc (strlen (target) + 1 + strlen (rest) + 1);
  if (path == NULL)
    return ENOMEM;
  strcpy (path, target);
  if (*rest)
    strcat (strcat (path, "/"), rest);
  free (w->path);
  w->path = w->rest = path;
  fs_node_unref (w->node);
  w->node = w->dir;
  w->dir = NULL;
  return 0;
}

/* Go on with INNER (a reference, taken over) in the place of W's node.  */
static void
replace (struct walk *w, struct fs_node *inner)
{
  fs_set_same_parent (inner, w->node);
  fs_node_unref (w->node);
  w->node = inner;
}

/* Look at what the last component has led to.  Returns EAGAIN when the walk
   goes on from W's node.  */
static error_t
arrive (struct walk *w)
{
  struct fs_trans t;
  io_statbuf_t st;
  bool last = *w->rest == '\0';
  bool end = last && !w->must_be_dir;

  pthread_mutex_lock (&w->node->lock);
  error_t err = fs_stat (w->node, &st);
  if (err || (end && (w->flags & O_NOTRANS)) || w->created)
    t = (struct fs_trans) { .kind = FS_PLAIN };
  else
    err = fs_trans_find (w->node, &st, &t);
  pthread_mutex_unlock (&w->node->lock);
  if (err)
    return err;
  if (end && t.kind == FS_LINK && (w->flags & O_NOLINK))
    fs_trans_free (&t);
  if (end && t.kind != FS_PLAIN && w->dir && (w->flags & O_CREAT)
      && (w->flags & O_EXCL))
    {
      fs_trans_free (&t);
      return EEXIST;
    }
  switch (t.kind)
    {
    case FS_LINK:
      err = follow (w, t.target);
      if (!err && !w->done)
	err = EAGAIN;
      break;
    case FS_MAGIC:
      err = answer (w, FS_RETRY_MAGICAL, t.target, left (w), MACH_PORT_NULL);
      break;
    case FS_ACTIVE:
    case FS_START:
      err = cross (w, &t);
      if (err == EDIED && t.kind == FS_ACTIVE && !w->again)
	{
	  fs_trans_free (&t);
	  w->again = true;
	  return arrive (w);
	}
      break;
    case FS_OTHER:
      replace (w, t.inner);
      t.inner = NULL;
      err = arrive (w);
      break;
    default:
      err = last ? finish (w, &st) : EAGAIN;
    }
  fs_trans_free (&t);
  return err;
}

/* `..' in DIR, which is not locked: the node, or an answer.  */
static error_t
dotdot (struct walk *w, struct fs_node *dir, struct fs_node **node)
{
  struct fs_open *open = w->cred->open;
  struct fs_fs *fs = dir->fs;

  if (dir == fs->root || dir == open->shadow_root)
    {
      mach_port_t parent = open->root_parent;
      if (!MACH_PORT_VALID (parent) && open->shadow_root == NULL)
	parent = fs->root_parent;
      if (MACH_PORT_VALID (parent))
	{
	  error_t err = sv_right_ref (parent);
	  return err ?: answer (w, FS_RETRY_REAUTH, "", left (w), parent);
	}
      *node = fs_node_ref (dir);
      return 0;
    }
  *node = fs_get_parent (dir);
  if (*node)
    return 0;
  if (dir->ops->lookup == NULL)
    return ENOTDIR;
  pthread_mutex_lock (&dir->lock);
  error_t err = dir->ops->lookup (dir, "..", node);
  pthread_mutex_unlock (&dir->lock);
  return err;
}

/* Find or make NAME in DIR, which is locked.  */
static error_t
entry (struct walk *w, struct fs_node *dir, const char *name,
       struct fs_node **node)
{
  bool last = *w->rest == '\0';
  error_t err = dir->ops->lookup ? dir->ops->lookup (dir, name, node) : ENOENT;
  if (err != ENOENT || !last || !(w->flags & O_CREAT))
    return err;
  if (w->must_be_dir)
    return EISDIR;
  err = fs_create (dir, name, w->mode, w->cred->ids, node);
  w->created = !err;
  return err;
}

/* Go one component further.  */
static error_t
step (struct walk *w)
{
  struct fs_node *dir = w->node, *node = NULL;
  char name[NAME_MAX + 1];
  io_statbuf_t st;
  size_t len = strcspn (w->rest, "/");

  if (len > NAME_MAX)
    return ENAMETOOLONG;
  memcpy (name, w->rest, len);
  name[len] = '\0';
  w->rest += len;
  w->must_be_dir = *w->rest == '/';
  w->rest += strspn (w->rest, "/");

  pthread_mutex_lock (&dir->lock);
  error_t err = fs_stat (dir, &st);
  if (!err && !S_ISDIR (st.st_mode))
    err = ENOTDIR;
  if (!err)
    err = fs_access (&st, S_IEXEC, w->cred->ids);
  bool dot = strcmp (name, ".") == 0, up = strcmp (name, "..") == 0;
  if (!err && !dot && !up)
    err = entry (w, dir, name, &node);
  pthread_mutex_unlock (&dir->lock);
  if (!err && dot)
    node = fs_node_ref (dir);
  if (!err && up)
    err = dotdot (w, dir, &node);
  if (err || w->done)
    return err;

  if (!dot && !up)
    fs_set_parent (node, dir, name);
  fs_node_unref (w->dir);
  w->dir = NULL;
  if (dot || up)
    fs_node_unref (dir);
  else
    w->dir = dir;
  w->node = node;
  return 0;
}

static error_t
walk (struct walk *w)
{
  error_t err = EAGAIN;
  w->rest += strspn (w->rest, "/");
  /* An empty name means the start itself, translator and all.  */
  if (*w->rest == '\0')
    return arrive (w);
  while (err == EAGAIN)
    {
      err = step (w);
      if (!err && !w->done)
	err = arrive (w);
    }
  return err;
}

kern_return_t
S_dir_lookup (file_t start_dir, const_string_t file_name, int flags,
	      mode_t mode, retry_type *do_retry, string_t retry_name,
	      mach_port_t *result, mach_msg_type_name_t *poly)
{
  struct walk w = { .flags = flags, .mode = mode, .retry_name = retry_name };
  error_t err;

  if (strnlen (file_name, sizeof (string_t)) == sizeof (string_t))
    return ENAMETOOLONG;
  w.cred = fs_begin (start_dir, &w.node);
  if (w.cred == NULL)
    return EOPNOTSUPP;
  w.path = w.rest = strdup (file_name);
  err = w.path ? walk (&w) : ENOMEM;
  if (!err)
    {
      *do_retry = w.retry;
      *result = w.result;
      *poly = MACH_MSG_TYPE_MOVE_SEND;
    }
  free (w.path);
  fs_node_unref (w.dir);
  fs_end (w.cred, w.node);
  return err;
}
