/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pre-images of a checkpoint that is being written: read from the ground, which has the
   files of the one before.  */

#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <checkpointd/checkpointd.h>
#include <stable-store/store.h>
#include "files.h"
#include "state.h"
#include "travel.h"

#define MOST 1024		/* So many are taken over at most.  */
#define AT_ONCE 64		/* So many older checkpoints are looked at for one.  */

/* The file that is being read stays open.  */
struct source
{
  char *path;
  mach_port_t port;
};

static void
forget (struct source *s)
{
  if (s->path)
    mach_port_deallocate (mach_task_self (), s->port);
  free (s->path);
  s->path = NULL;
}

static error_t
source_open (struct source *s, const char *path)
{
  error_t err;

  if (s->path && strcmp (s->path, path) == 0)
    return 0;
  forget (s);
  err = rp_open_bare (path, O_READ, &s->port);
  if (err)
    return err;
  s->path = strdup (path);
  if (s->path)
    return 0;
  mach_port_deallocate (mach_task_self (), s->port);
  return ENOMEM;
}

static error_t
source_stat (void *ctx, const char *path, struct undo_stat *u)
{
  mach_port_t port;
  io_statbuf_t st;
  error_t err = rp_open_bare (path, 0, &port);

  if (err)
    return err;
  err = io_stat (port, &st);
  mach_port_deallocate (mach_task_self (), port);
  if (err)
    return err;
  *u = (struct undo_stat) {
    .ino = st.st_ino, .size = st.st_size, .rdev = st.st_rdev,
    .mode = st.st_mode & (S_IFMT | 07777), .nlink = st.st_nlink,
    .uid = st.st_uid, .gid = st.st_gid, .author = st.st_author,
    .flags = st.st_flags, .translated = (st.st_mode & S_IPTRANS) != 0,
    .atime = st.st_atim.tv_sec, .atime_nsec = st.st_atim.tv_nsec,
    .mtime = st.st_mtim.tv_sec, .mtime_nsec = st.st_mtim.tv_nsec
  };
  return 0;
}

static error_t
source_read (void *ctx, const char *path, uint64_t offset, size_t len,
	     void *data)
{
  struct source *s = ctx;
  error_t err = source_open (s, path);

  return err ? err : rp_port_read (s->port, offset, len, data);
}

static error_t
source_readlink (void *ctx, const char *path, char **target)
{
  struct undo_stat st;
  error_t err = source_stat (ctx, path, &st);

  if (err)
    return err;
  *target = calloc (st.size + 1, 1);
  if (*target == NULL)
    return ENOMEM;
  err = source_read (ctx, path, 0, st.size, *target);
  forget (ctx);
  if (err)
    free (*target);
  return err;
}

static error_t
source_translator (void *ctx, const char *path, char **argz, size_t *len,
		   bool *inside)
{
  mach_port_t port;
  io_statbuf_t st;
  error_t err = rp_open_bare (path, 0, &port);

  *argz = NULL;
  *len = 0;
  if (err)
    return err;
  err = io_stat (port, &st) ?: rp_port_translator (port, argz, len);
  mach_port_deallocate (mach_task_self (), port);
  if (err)
    return err == EINVAL ? 0 : err;
  *inside = rp_is_marked (st.st_ino, *argz, *len);
  return 0;
}

/* What the store has of files: those in the last checkpoint, in order; and whose are in
   which checkpoint.  */
struct known
{
  uint64_t number;
  uint64_t bytes;
};
static struct known *known;
static size_t nknown;
static struct holder { uint64_t checkpoint, number; } *holders;
static size_t nholders;
static uint64_t first_written;	/* The first that we have taken; 0: none.  */
static struct known written;	/* In the checkpoint being taken.  */

static error_t
add_known (struct known k)
{
  struct known *list = realloc (known, (nknown + 1) * sizeof *list);

  if (list == NULL)
    return ENOMEM;
  known = list;
  known[nknown++] = k;
  return 0;
}

/* Keeps them in the order of CHECKPOINT.  */
static error_t
add_holder (uint64_t checkpoint, uint64_t number)
{
  struct holder *list = realloc (holders, (nholders + 1) * sizeof *list);
  size_t i = nholders;

  if (list == NULL)
    return ENOMEM;
  holders = list;
  for (; i > 0 && list[i - 1].checkpoint > checkpoint; i--)
    list[i] = list[i - 1];
  list[i] = (struct holder) { checkpoint, number };
  nholders++;
  return 0;
}

void
rp_files_failed (void)
{
  uint64_t room, left;

  /* Going on is worth more than going back.  */
  checkpointd_room (&room, &left);
  if (left < room / 16)
    nknown = 0;
}

void
rp_files_written (uint64_t number)
{
  first_written = first_written ?: number;
  if (written.number != number || add_known (written)
      || add_holder (number, number))
    nknown = nholders = 0;	/* Some cannot be gone back over then.  */
}

/* The checkpoint that was restored, while it is not yet known what it has.  There may be
   many, and programs need not wait for that.  */
static uint64_t unread;

void
rp_files_load (void)
{
  unread = checkpointd_restoring ();
}

static error_t
read_known (void)
{
  struct checkpointd_object *objects;
  size_t n;

  if (unread == 0)
    return 0;
  error_t err = checkpointd_objects (unread, RP_OBJECT_FILES, RP_OBJECT_COPIES,
				     &objects, &n);
  if (err == ENOENT || err == EILSEQ || err == EIO)
    {
      /* It has been dropped; or it is damaged, and going on is worth more than going
	 back.  */
      if (err != ENOENT)
	rp_message ("checkpoint %llu: the older contents of files cannot be read"
		    " (%s): `ckpt restore' leaves files as they are",
		    (unsigned long long) unread,
		    err == EILSEQ ? "damaged" : strerror (err));
      unread = 0;
      return 0;
    }
  if (err)
    return err;
  for (size_t i = 0; !err && i < n; i++)
    err = add_known ((struct known) { objects[i].id - RP_OBJECT_FILES,
				      objects[i].length });
  free (objects);
  if (err)
    nknown = 0;
  else
    unread = 0;
  return err;
}

static bool all_found;		/* Of what find_holders looks for.  */

/* Find out whose files the checkpoints have that were there when we started.  There may be
   thousands: some are looked at now, others with the next checkpoints.  */
static error_t
find_holders (void)
{
  static uint64_t looked_at;
  uint64_t checkpoint, number;
  error_t err = 0;

  for (int i = 0; !all_found && !err && i < AT_ONCE; i++)
    {
      all_found = (checkpointd_next (looked_at, &checkpoint)
		   || (first_written && checkpoint >= first_written));
      if (all_found)
	break;
      looked_at = checkpoint;
      if (travel_files (checkpoint, &number) == 0)
	err = add_holder (checkpoint, number);
    }
  return err;
}

/* The least number of files that some checkpoint in the store has; 0: that is not known
   yet.  */
static uint64_t
oldest (void)
{
  uint64_t least = UINT64_MAX, checkpoint = 0;
  size_t n = 0;

  /* Both are in order; forget those that are dropped.  */
  for (size_t i = 0; i < nholders; i++)
    {
      while (checkpoint < holders[i].checkpoint
	     && checkpointd_next (checkpoint, &checkpoint) == 0)
	continue;
      if (checkpoint != holders[i].checkpoint)
	continue;
      if (holders[i].number < least)
	least = holders[i].number;
      holders[n++] = holders[i];
    }
  nholders = n;
  return all_found ? least : 0;
}

/* Take over into TXN what one may want to go back over.  */
static error_t
keep_files (struct store_txn *txn)
{
  error_t err = read_known () ?: find_holders ();
  uint64_t least = oldest (), room, left, bytes = 0;
  size_t n = nknown;

  checkpointd_room (&room, &left);
  while (n > 0 && nknown - n < MOST && known[n - 1].number > least
	 && bytes + known[n - 1].bytes <= room / 8)
    bytes += known[--n].bytes;
  memmove (known, known + n, (nknown - n) * sizeof *known);
  nknown -= n;
  for (size_t i = 0; !err && i < nknown; i++)
    err = store_keep_object (txn, RP_OBJECT_FILES + known[i].number, NULL);
  return err;
}

/* The pre-images for rp.redo, if they are not too large.  */
static error_t
make_undo (struct redo *undo)
{
  struct source s = { 0 };
  const struct undo_source source = {
    .ctx = &s, .stat = source_stat, .read = source_read,
    .readlink = source_readlink, .translator = source_translator,
    .limit = rp.max_undo
  };
  error_t err = 0;

  if (rp.redo.len > 0)
    err = rp.max_undo ? undo_build (rp.redo.data, rp.redo.len, &source, undo)
      : E2BIG;
  forget (&s);
  return err;
}

error_t
rp_write_files (void *context, struct store_txn *txn)
{
  struct redo undo = { 0 };
  struct ckpt_blob b = { 0 };
  struct store_obj *obj;
  error_t err = make_undo (&undo);

  /* A file that is too large to keep is no reason to fail the checkpoint, nor is one
     that others have changed under our eyes.  */
  if (err)
    redo_free (&undo);
  ckpt_put_u64 (&b, rp.base);
  ckpt_put_u8 (&b, err == 0);
  ckpt_put_bytes (&b, rp.redo.data, rp.redo.len);
  ckpt_put_bytes (&b, undo.data, undo.len);
  redo_free (&undo);
  written = (struct known) { store_txn_number (txn), b.len };
  err = b.error;
  if (!err)
    err = keep_files (txn);
  if (!err)
    err = store_object_create (txn, RP_OBJECT_FILES + written.number,
			       CI_TYPE_BLOB, &obj);
  if (!err)
    err = store_put_blob (obj, b.data, b.len);
  ckpt_blob_free (&b);
  err = err ?: rp_copies_write (txn);
  rp.in_flight = !err;
  return err;
}
