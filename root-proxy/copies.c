/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of the files that are open inside, for --on-conflict=ours.

   Each checkpoint then has the whole contents of each: what the ground has before the
   checkpoint's redo is applied, with that redo.  Equal pages are in the store once, so
   what does not change is not written again.  An object is a u32 mode, uid and gid, and
   the bytes.  */

#include <hurd/fs.h>
#include <hurd/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <checkpointd/checkpointd.h>
#include <stable-store/store.h>
#include "files.h"
#include "state.h"
#include "travel.h"

/* What was open in the stop.  */
struct open_file
{
  uint64_t ino;
  char *ground, *final;		/* Where it is, or NULL; and will be.  */
};
static struct open_file *files;
static size_t nfiles;

/* One file's contents.  */
struct contents
{
  uint32_t mode, uid, gid;
  uint8_t *data;
  size_t len;
};

static void
forget (void)
{
  while (nfiles > 0)
    {
      free (files[--nfiles].ground);
      free (files[nfiles].final);
    }
  free (files);
  files = NULL;
}

bool
rp_is_open_file (const struct ov_node *ov)
{
  return (ov->user && !ov->fsroot && !ov_is_dead (ov)
	  && ov->gdev == rp.ov.root_dev && rp_data (ov->user)->kind == RP_FILE
	  && rp_data (ov->user)->opens > 0);
}

error_t
rp_copies_note (void)
{
  forget ();
  if (rp.on_conflict != RP_OURS)
    return 0;
  files = calloc (rp.ov.nnodes + 1, sizeof *files);
  if (files == NULL)
    return ENOMEM;
  for (size_t i = 0; i < rp.ov.room_nodes; i++)
    for (struct ov_node *ov = rp.ov.nodes[i]; ov; ov = ov->hash_next)
      if (rp_is_open_file (ov) && S_ISREG (ov->type))
	{
	  struct open_file *f = &files[nfiles];
	  f->final = ov_final_path (&rp.ov, ov);
	  if (f->final == NULL)
	    continue;
	  f->ground = ov->gino ? ov_ground_path (&rp.ov, ov) : NULL;
	  f->ino = ov->ino;
	  nfiles++;
	}
  return 0;
}

static error_t
resize (struct contents *c, size_t len)
{
  uint8_t *data = len > c->len ? realloc (c->data, len) : c->data;

  if (len > c->len && data == NULL)
    return ENOMEM;
  c->data = data;
  if (len > c->len)
    memset (data + c->len, 0, len - c->len);
  c->len = len;
  return 0;
}

/* What PATH has on the ground; E2BIG: more than LIMIT bytes.  */
static error_t
read_ground (const char *path, size_t limit, struct contents *c)
{
  mach_port_t port;
  io_statbuf_t st;
  error_t err = rp_open_bare (path, O_READ, &port);

  if (err)
    return err;
  err = io_stat (port, &st);
  if (!err && (uint64_t) st.st_size > limit)
    err = E2BIG;
  if (!err)
    err = resize (c, st.st_size);
  if (!err)
    err = rp_port_read (port, 0, c->len, c->data);
  c->mode = st.st_mode & 07777;
  c->uid = st.st_uid;
  c->gid = st.st_gid;
  mach_port_deallocate (mach_task_self (), port);
  return err;
}

/* Do to C what the redo does to PATH.  */
static error_t
redo_to (struct contents *c, const char *path, size_t limit)
{
  struct redo_record r;
  size_t pos = 0;
  error_t err = 0;

  while (!err && redo_next (rp.redo.data, rp.redo.len, &pos, &r) == 0)
    {
      if (strcmp (r.path, path) != 0)
	continue;
      uint64_t end = r.op == REDO_WRITE ? r.size + r.len
	: r.op == REDO_TRUNCATE ? r.size : 0;
      if (end > limit)
	return E2BIG;
      if (r.op == REDO_TRUNCATE || (r.op == REDO_WRITE && end > c->len))
	err = resize (c, end);
      if (!err && r.op == REDO_WRITE)
	memcpy (c->data + r.size, r.data, r.len);
      if (r.op == REDO_ATTR && (r.mask & REDO_MODE))
	c->mode = r.mode;
      if (r.op == REDO_ATTR && (r.mask & REDO_OWNER))
	{
	  c->uid = r.uid;
	  c->gid = r.gid;
	}
    }
  return err;
}

static error_t
write_one (struct store_txn *txn, const struct open_file *f, size_t *left)
{
  struct contents c = { .mode = 0600 };
  struct ckpt_blob b = { 0 };
  struct store_obj *obj;
  error_t err = f->ground ? read_ground (f->ground, *left, &c) : 0;

  if (!err)
    err = redo_to (&c, f->final, *left);
  if (err)
    {
      /* A file without a copy is no reason to fail the checkpoint.  */
      free (c.data);
      return 0;
    }
  *left -= c.len;
  ckpt_put_u32 (&b, c.mode);
  ckpt_put_u32 (&b, c.uid);
  ckpt_put_u32 (&b, c.gid);
  ckpt_put_bytes (&b, c.data, c.len);
  free (c.data);
  err = b.error;
  if (!err)
    err = store_object_create (txn, RP_OBJECT_COPIES + f->ino, CI_TYPE_BLOB,
			       &obj);
  if (!err)
    err = store_put_blob (obj, b.data, b.len);
  ckpt_blob_free (&b);
  return err;
}

error_t
rp_copies_write (struct store_txn *txn)
{
  size_t left = rp.max_undo;
  error_t err = 0;

  for (size_t i = 0; !err && i < nfiles; i++)
    err = write_one (txn, &files[i], &left);
  forget ();
  return err;
}

static error_t
read_copy (uint64_t ino, void **blob, struct contents *c)
{
  struct ckpt_reader r = { 0 };
  error_t err = checkpointd_object (checkpointd_restored (),
				    RP_OBJECT_COPIES + ino, blob, &r.len);

  if (err)
    return err;
  r.data = *blob;
  c->mode = ckpt_get_u32 (&r);
  c->uid = ckpt_get_u32 (&r);
  c->gid = ckpt_get_u32 (&r);
  c->data = (uint8_t *) ckpt_get_bytes (&r, &c->len);
  if (r.error)
    free (*blob);
  return r.error;
}

bool
rp_copy_differs (const struct ov_node *ov, const char *path)
{
  struct contents ours, theirs = { 0 };
  void *blob;

  if (!S_ISREG (ov->type) || read_copy (ov->ino, &blob, &ours))
    return false;
  bool differs = (read_ground (path + 1, ours.len, &theirs)
		  || theirs.len != ours.len
		  || memcmp (theirs.data, ours.data, ours.len) != 0);
  free (theirs.data);
  free (blob);
  return differs;
}

/* Give what is at PATH another name.  */
static error_t
put_aside (const char *path)
{
  char *name = NULL;
  error_t err = EEXIST;

  for (int i = 0; err == EEXIST && i < 1000; i++)
    {
      if ((i ? asprintf (&name, "%s.theirs%d", path, i)
	   : asprintf (&name, "%s.theirs", path)) < 0)
	return ENOMEM;
      struct stat st;
      if (lstat (name, &st) == 0)
	err = EEXIST;
      else
	err = rename (path, name) < 0 ? errno : 0;
      free (name);
    }
  return err == ENOENT ? 0 : err;
}

error_t
rp_copy_put_back (struct ov_node *ov, const char *path)
{
  struct contents c;
  struct stat st;
  void *blob;
  error_t err = S_ISREG (ov->type) ? read_copy (ov->ino, &blob, &c) : ENOENT;

  if (err)
    return err;
  err = put_aside (path);
  int fd = err ? -1 : open (path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!err && fd < 0)
    err = errno;
  for (size_t done = 0; !err && done < c.len;)
    {
      ssize_t n = write (fd, c.data + done, c.len - done);
      if (n <= 0)
	err = n < 0 ? errno : EIO;
      else
	done += n;
    }
  if (!err && (fchown (fd, c.uid, c.gid) < 0 || fchmod (fd, c.mode) < 0
	       || fsync (fd) < 0 || fstat (fd, &st) < 0))
    err = errno;
  if (fd >= 0)
    close (fd);
  if (!err)
    ov_set_ground (&rp.ov, ov, ov->gdev, st.st_ino);
  free (blob);
  return err;
}
