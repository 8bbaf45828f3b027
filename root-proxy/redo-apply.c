/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Applying a redo.  */

#include <stdlib.h>
#include <string.h>
#include "redo.h"

/* Errors which say that the ground is not as we left it: somebody else changed
   it.  All others (no space, disk errors) stop the apply.  */
static bool
is_conflict (error_t err)
{
  return (err == ENOENT || err == ENOTDIR || err == EISDIR || err == EEXIST
	  || err == ENOTEMPTY || err == EXDEV || err == EBUSY
	  || err == EMLINK || err == ELOOP || err == EPERM);
}

static bool
is_at (const struct redo_fs *fs, const char *path, uint64_t ino, bool dir)
{
  uint64_t there;
  bool isdir;
  return (fs->identify (fs->ctx, path, &there, &isdir) == 0
	  && there == ino && isdir == dir);
}

/* Make the directory above PATH, if it is the staging directory.  */
static error_t
make_stage (const struct redo_fs *fs, const char *path)
{
  char *dir = strdup (path), *slash;
  uint64_t ino;
  bool isdir;
  error_t err = 0;

  if (dir == NULL)
    return ENOMEM;
  slash = strrchr (dir, '/');
  if (slash != NULL)
    {
      *slash = 0;
      if (fs->identify (fs->ctx, dir, &ino, &isdir) == ENOENT)
	err = fs->mkdir (fs->ctx, dir, 0700);
    }
  free (dir);
  return err;
}

/* Remove PATH, whatever it is, if it is there.  */
static error_t
remove_name (const struct redo_fs *fs, const char *path, bool keep_dir)
{
  uint64_t ino;
  bool dir;
  error_t err = fs->identify (fs->ctx, path, &ino, &dir);

  if (err == ENOENT || err == ENOTDIR)
    return 0;
  if (err == 0 && !(dir && keep_dir))
    err = dir ? fs->rmdir (fs->ctx, path) : fs->unlink (fs->ctx, path);
  return err;
}

/* Try to bring the object to its staging place.  ENOENT: not found.  */
static error_t
secure (const struct redo_fs *fs, const struct redo_record *r)
{
  const char *p = r->from, *next = r->data;
  const char *end = next + r->len;
  error_t err;

  if (r->ino == 0)
    return ENOENT;
  if (is_at (fs, r->path, r->ino, r->mode))
    return 0;
  for (;; p = next, next += strlen (next) + 1)
    {
      if (is_at (fs, p, r->ino, r->mode))
	break;
      if (next >= end)
	return ENOENT;
    }
  err = make_stage (fs, r->path);
  if (!err)
    err = remove_name (fs, r->path, false);
  if (!err)
    err = (r->mode ? fs->rename : fs->link) (fs->ctx, p, r->path);
  return err;
}

/* Secure the group that begins at *POS and advance *POS behind it.  An object
   may be inside another that is moved to its staging place only later in the
   group, so go round as long as something is found.  The first of the group is the
   *NUMBERth of all, which is counted.  */
static error_t
secure_group (const void *data, size_t len, size_t *pos,
	      const struct redo_fs *fs, size_t *number)
{
  size_t missing, before = SIZE_MAX, p, at, i;
  struct redo_record r;
  bool last = false;
  error_t err;

  for (;;)
    {
      missing = 0;
      p = *pos;
      i = *number;
      while (at = p, redo_next (data, len, &p, &r) == 0
	     && r.op == REDO_SECURE)
	{
	  if (fs->numbers)
	    r.ino = fs->numbers[i];
	  i++;
	  err = secure (fs, &r);
	  if (err && !is_conflict (err))
	    return err;
	  if (err)
	    missing++;
	  if (err && last && fs->conflict)
	    fs->conflict (fs->ctx, &r, err);
	}
      if (missing == 0 || last)
	break;
      last = missing == before;
      before = missing;
    }
  *pos = at;
  *number = i;
  return 0;
}

size_t
redo_secured (const void *data, size_t len)
{
  struct redo_record r;
  size_t pos = 0, n = 0;

  while (redo_next (data, len, &pos, &r) == 0)
    n += r.op == REDO_SECURE;
  return n;
}

error_t
redo_numbers (const void *data, size_t len, const struct redo_fs *fs,
	      uint64_t **numbers, size_t *n)
{
  struct redo_record r;
  size_t pos = 0;

  *n = 0;
  *numbers = calloc (redo_secured (data, len) + 1, sizeof **numbers);
  if (*numbers == NULL)
    return ENOMEM;
  while (redo_next (data, len, &pos, &r) == 0)
    if (r.op == REDO_SECURE)
      {
	uint64_t ino;
	bool dir;
	if (fs->identify (fs->ctx, r.from, &ino, &dir) == 0 && dir == r.mode)
	  (*numbers)[*n] = ino;
	++*n;
      }
  return 0;
}

static error_t
make_dir (const struct redo_fs *fs, const struct redo_record *r)
{
  uint64_t ino;
  bool dir;
  error_t err = fs->identify (fs->ctx, r->path, &ino, &dir);

  if (err == 0 && dir)
    return 0;
  if (err == 0)
    err = fs->unlink (fs->ctx, r->path);
  if (err == 0 || err == ENOENT)
    err = fs->mkdir (fs->ctx, r->path, r->mode);
  return err;
}

/* A name made by an apply that was cut short would be in the way.  */
static bool
makes_name (enum redo_op op)
{
  return (op == REDO_CREATE || op == REDO_SYMLINK || op == REDO_LINK
	  || op == REDO_PLACE);
}

static error_t
apply_one (const struct redo_fs *fs, const struct redo_record *r)
{
  void *ctx = fs->ctx;
  error_t err = makes_name (r->op) ? remove_name (fs, r->path, false) : 0;

  if (err)
    return err;
  switch (r->op)
    {
    case REDO_REMOVE:
      return remove_name (fs, r->path, r->mode);
    case REDO_MKDIR:
      return make_dir (fs, r);
    case REDO_CREATE:
      return fs->create (ctx, r->path, r->mode, r->size);
    case REDO_SYMLINK:
      return fs->symlink (ctx, r->path, r->from);
    case REDO_LINK:
      return fs->link (ctx, r->from, r->path);
    case REDO_PLACE:
      return (r->mode ? fs->rename : fs->link) (ctx, r->from, r->path);
    case REDO_TRUNCATE:
      return fs->truncate (ctx, r->path, r->size);
    case REDO_WRITE:
      return fs->write (ctx, r->path, r->size, r->data, r->len);
    case REDO_ATTR:
      return fs->attr (ctx, r->path, r);
    case REDO_TRANSLATOR:
      return fs->translator (ctx, r->path, r->data, r->len, r->mode == 1);
    case REDO_SYNC:
      return fs->sync (ctx);
    case REDO_UNSTAGE:
      return remove_name (fs, r->path, false);
    default:
      return EBADMSG;
    }
}

error_t
redo_apply (const void *data, size_t len, const struct redo_fs *fs,
	    size_t *failed)
{
  struct redo_record r;
  size_t pos = 0, at, number = 0;
  error_t err;

  while (at = pos, (err = redo_next (data, len, &pos, &r)) == 0)
    {
      err = fs->step ? fs->step (fs->ctx) : 0;
      if (err)
	break;
      if (r.op == REDO_SECURE)
	{
	  pos = at;
	  err = secure_group (data, len, &pos, fs, &number);
	}
      else
	{
	  err = apply_one (fs, &r);
	  if (is_conflict (err))
	    {
	      if (fs->conflict)
		fs->conflict (fs->ctx, &r, err);
	      err = 0;
	    }
	}
      if (err)
	break;
    }
  if (err == ENOENT && pos >= len)
    return 0;
  if (failed)
    *failed = at;
  return err;
}
