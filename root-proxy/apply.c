/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Applying a redo to the ground.  Its root is our own root directory.  */

#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/io.h>
#include <hurd/paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <checkpointd/checkpointd.h>
#include "proxy.h"

/* The file that is being written to stays open from record to record.  */
struct target
{
  char *path;
  int fd;
};

static void
forget (struct target *t)
{
  if (t->path)
    close (t->fd);
  free (t->path);
  t->path = NULL;
}

/* PATH as we can use it, in BUF, which is freed by the caller.  */
static char *
absolute (const char *path)
{
  char *full;
  return asprintf (&full, "/%s", path) < 0 ? NULL : full;
}

error_t
rp_open_bare (const char *path, int flags, mach_port_t *port)
{
  char *full = absolute (path);

  if (full == NULL)
    return ENOMEM;
  *port = file_name_lookup (full, flags | O_NOLINK | O_NOTRANS, 0);
  free (full);
  return *port == MACH_PORT_NULL ? errno : 0;
}

/* The status of PATH as it is.  */
static error_t
bare_stat (const char *path, io_statbuf_t *st)
{
  mach_port_t port;
  error_t err = rp_open_bare (path, 0, &port);

  if (err)
    return err == ENOTDIR ? ENOENT : err;
  err = io_stat (port, st);
  mach_port_deallocate (mach_task_self (), port);
  return err;
}

static error_t
g_identify (void *ctx, const char *path, uint64_t *ino, bool *dir)
{
  io_statbuf_t st = { 0 };
  error_t err = bare_stat (path, &st);

  *ino = st.st_ino;
  *dir = S_ISDIR (st.st_mode);
  return err;
}

/* Call a function of one path and errno.  */
#define WITH_PATH(path, call)						\
  ({									\
    char *full = absolute (path);					\
    error_t err_ = full == NULL ? ENOMEM : (call) < 0 ? errno : 0;	\
    free (full);							\
    err_;								\
  })

static error_t
g_mkdir (void *ctx, const char *path, uint32_t mode)
{
  return WITH_PATH (path, mkdir (full, mode & 07777));
}

/* Make the node of a local socket; libc's mknod does not know how.  */
static int
make_socket_node (char *path, mode_t mode)
{
  mach_port_t dir, node = MACH_PORT_NULL;
  char *name;
  error_t err;

  dir = file_name_split (path, &name);
  if (dir == MACH_PORT_NULL)
    return -1;
  err = dir_mkfile (dir, O_WRITE, mode & 07777, &node);
  if (!err)
    err = file_set_translator (node, FS_TRANS_EXCL | FS_TRANS_SET, 0, 0,
			       _HURD_IFSOCK, sizeof _HURD_IFSOCK,
			       MACH_PORT_NULL, MACH_MSG_TYPE_COPY_SEND);
  if (!err)
    err = dir_link (dir, node, name, TRUE);
  if (node != MACH_PORT_NULL)
    mach_port_deallocate (mach_task_self (), node);
  mach_port_deallocate (mach_task_self (), dir);
  errno = err;
  return err ? -1 : 0;
}

static error_t
g_create (void *ctx, const char *path, uint32_t mode, uint64_t rdev)
{
  if (S_ISSOCK (mode))
    return WITH_PATH (path, make_socket_node (full, mode));
  return WITH_PATH (path, mknod (full, mode, rdev));
}

static error_t
g_symlink (void *ctx, const char *path, const char *target)
{
  return WITH_PATH (path, symlink (target, full));
}

static error_t
two_paths (int (*call) (const char *, const char *), const char *from,
	   const char *path)
{
  char *source = absolute (from);
  error_t err = source ? WITH_PATH (path, call (source, full)) : ENOMEM;
  free (source);
  return err;
}

/* link of libc would link what a translator makes of FROM.  */
static int
link_bare (const char *from, const char *path)
{
  mach_port_t file = file_name_lookup (from, O_NOLINK | O_NOTRANS, 0), dir;
  char *name;

  if (file == MACH_PORT_NULL)
    return -1;
  dir = file_name_split (path, &name);
  if (dir == MACH_PORT_NULL)
    {
      error_t err = errno;
      mach_port_deallocate (mach_task_self (), file);
      errno = err;
      return -1;
    }
  errno = dir_link (dir, file, name, TRUE);
  mach_port_deallocate (mach_task_self (), dir);
  mach_port_deallocate (mach_task_self (), file);
  return errno ? -1 : 0;
}

static error_t
g_link (void *ctx, const char *from, const char *path)
{
  forget (ctx);
  return two_paths (link_bare, from, path);
}

static error_t
g_rename (void *ctx, const char *from, const char *path)
{
  forget (ctx);
  return two_paths (rename, from, path);
}

/* The number of the object whose last name PATH is; 0: none.  */
static uint64_t
only_name_of (const char *path)
{
  io_statbuf_t st;
  return bare_stat (path, &st) || st.st_nlink != 1 ? 0 : st.st_ino;
}

static error_t
g_unlink (void *ctx, const char *path)
{
  forget (ctx);
  uint64_t ino = rp_has_marks () ? only_name_of (path) : 0;
  error_t err = WITH_PATH (path, unlink (full));
  return err || ino == 0 ? err : rp_unmark (ino);
}

static error_t
g_rmdir (void *ctx, const char *path)
{
  return WITH_PATH (path, rmdir (full));
}

/* Have PATH open for writing.  */
static error_t
open_target (struct target *t, const char *path)
{
  char *full;

  if (t->path && strcmp (t->path, path) == 0)
    return 0;
  forget (t);
  full = absolute (path);
  if (full == NULL)
    return ENOMEM;
  t->fd = open (full, O_WRONLY | O_NOFOLLOW | O_NOTRANS);
  free (full);
  if (t->fd < 0)
    return errno;
  t->path = strdup (path);
  if (t->path == NULL)
    {
      close (t->fd);
      return ENOMEM;
    }
  return 0;
}

static error_t
g_write (void *ctx, const char *path, uint64_t offset, const void *data,
	 size_t len)
{
  struct target *t = ctx;
  const char *p = data;
  error_t err = open_target (t, path);

  while (!err && len > 0)
    {
      ssize_t n = pwrite (t->fd, p, len, offset);
      if (n <= 0)
	err = n < 0 ? errno : EIO;
      else
	{
	  p += n;
	  offset += n;
	  len -= n;
	}
    }
  return err;
}

static error_t
g_truncate (void *ctx, const char *path, uint64_t size)
{
  struct target *t = ctx;
  error_t err = open_target (t, path);

  if (!err && ftruncate (t->fd, size) < 0)
    err = errno;
  return err;
}

static error_t
g_attr (void *ctx, const char *path, const struct redo_record *r)
{
  struct timespec atime = { r->atime, r->atime_nsec };
  struct timespec mtime = { r->mtime, r->mtime_nsec };
  mach_port_t port;
  error_t err;

  forget (ctx);
  err = rp_open_bare (path, 0, &port);
  if (err)
    return err;
  if (r->mask & REDO_OWNER)
    err = file_chown (port, r->uid, r->gid);
  if (!err && (r->mask & REDO_AUTHOR))
    /* Not every file system keeps authors.  */
    (void) file_chauthor (port, r->author);
  if (!err && (r->mask & REDO_MODE))
    err = file_chmod (port, r->mode);
  if (!err && (r->mask & REDO_FLAGS))
    (void) file_chflags (port, r->flags);
  if (!(r->mask & REDO_ATIME))
    atime.tv_nsec = UTIME_OMIT;
  if (!(r->mask & REDO_MTIME))
    mtime.tv_nsec = UTIME_OMIT;
  if (!err && (r->mask & (REDO_ATIME | REDO_MTIME)))
    err = file_utimens (port, atime, mtime);
  mach_port_deallocate (mach_task_self (), port);
  return err;
}

static error_t
g_translator (void *ctx, const char *path, const void *argz, size_t len,
	      bool inside)
{
  mach_port_t port;
  io_statbuf_t st;
  error_t err = rp_open_bare (path, 0, &port);

  if (err)
    return err;
  err = io_stat (port, &st);
  if (!err)
    err = rp_mark (st.st_ino, inside ? argz : NULL, inside ? len : 0);
  if (!err)
    err = file_set_translator (port, FS_TRANS_SET, 0, 0, argz, len,
			       MACH_PORT_NULL, MACH_MSG_TYPE_COPY_SEND);
  mach_port_deallocate (mach_task_self (), port);
  return err;
}

void
rp_ask_room (void)
{
  fsys_statfsbuf_t st;

  if (file_statfs (rp.ground, &st) == 0)
    {
      /* Some of it for directories and what says where the pages are.  */
      uint64_t pages = (uint64_t) st.f_bavail * st.f_bsize / OV_PAGE;
      uint64_t besides = 16 + pages / 64;
      rp.room = pages > besides ? pages - besides : 0;
    }
  else
    rp.room = SIZE_MAX;
}

static error_t
g_step (void *ctx)
{
  return checkpointd_fault_redo ();
}

static error_t
g_sync (void *ctx)
{
  return file_syncfs (rp.ground, 1, 0);
}

static void
g_conflict (void *ctx, const struct redo_record *r, error_t err)
{
  rp.conflicts++;
  rp_message ("changed by others, not done: %s %s: %s", redo_op_name (r->op),
	      r->path, strerror (err));
}

/* It is tried again and again: the same reason is told once.  */
static void
tell_failure (const void *redo, size_t len, size_t failed, error_t err)
{
  struct redo_record r;

  if (err == rp.apply_error)
    return;
  if (redo_next (redo, len, &failed, &r) == 0)
    rp_message ("cannot apply: %s %s: %s", redo_op_name (r.op), r.path,
		strerror (err));
  else
    rp_message ("cannot apply: %s", strerror (err));
}

static struct redo_fs
ground_fs (struct target *target)
{
  return (struct redo_fs) {
    .ctx = target, .identify = g_identify, .mkdir = g_mkdir,
    .create = g_create, .symlink = g_symlink, .link = g_link,
    .rename = g_rename, .unlink = g_unlink, .rmdir = g_rmdir,
    .write = g_write, .truncate = g_truncate, .attr = g_attr,
    .translator = g_translator, .sync = g_sync, .step = g_step, .conflict = g_conflict
  };
}

error_t
rp_apply_redo (const void *redo, size_t len, const uint64_t *numbers)
{
  struct target target = { 0 };
  struct redo_fs fs = ground_fs (&target);
  size_t failed = 0;
  error_t err = 0;

  fs.numbers = numbers;
  if (len > 0)
    err = redo_apply (redo, len, &fs, &failed);
  forget (&target);
  /* What the streams' journal had of files is cut then.  */
  bool unsynced = __atomic_exchange_n (&rp.unsynced, false, __ATOMIC_RELAXED);
  if (!err && (len > 0 || unsynced))
    err = g_sync (NULL);
  if (err && unsynced)
    __atomic_store_n (&rp.unsynced, true, __ATOMIC_RELAXED);
  if (err)
    tell_failure (redo, len, failed, err);
  return err;
}

error_t
rp_redo_numbers (const void *redo, size_t len, uint64_t **numbers, size_t *n)
{
  struct redo_fs fs = ground_fs (NULL);
  return redo_numbers (redo, len, &fs, numbers, n);
}

void
rp_look_up_plan (struct ov_plan *plan)
{
  io_statbuf_t st;

  for (size_t i = 0; i < plan->n; i++)
    if (plan->placed[i].path)
      {
	bool is = bare_stat (plan->placed[i].path, &st) == 0;
	plan->placed[i].gino = is ? st.st_ino : 0;
	plan->placed[i].ggen = is ? st.st_gen : 0;
      }
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  plan->applied = (struct ov_time) { now.tv_sec, (uint32_t) now.tv_nsec };
}

error_t
rp_apply (const void *redo, size_t len, struct ov_plan *plan, uint64_t number)
{
  rp_view_begin_apply ();
  error_t err = rp_apply_redo (redo, len, NULL);
  if (!err)
    {
      rp_look_up_plan (plan);
      pthread_mutex_lock (&rp.lock);
      ov_applied (&rp.ov, plan);
      if (number)
	rp.applied = rp.base = number;
      pthread_mutex_unlock (&rp.lock);
      rp_ask_room ();
    }
  rp_view_end_apply (err);
  return err;
}
