/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading, writing and seeking.  An open's offset is protected by its node's
   lock; for a stream it means nothing.  */

#include <limits.h>
#include <stdlib.h>
#include "node-internal.h"
#include "io_S.h"

/* As much as one request may ask for: of a file, of a stream.  */
#define MAX_FILE	(64 * 1024 * 1024)
#define MAX_STREAM	(256 * 1024)

static bool
is_stream (struct fs_node *node, mode_t mode)
{
  return (S_ISFIFO (mode) || S_ISSOCK (mode)
	  || (S_ISCHR (mode) && node->ops->select
	      && !(node->ops->seekable && node->ops->seekable (node))));
}

/* The target of a symbolic link, as contents.  */
static error_t
read_link (struct fs_node *node, loff_t offset, size_t *len, char *data)
{
  char *target = calloc (1, 4097);
  if (target == NULL)
    return ENOMEM;
  error_t err = node->ops->readlink (node, target, 4096);
  if (!err)
    {
      size_t size = __builtin_strlen (target);
      size_t n = offset < (loff_t) size ? size - offset : 0;
      if (n > *len)
	n = *len;
      __builtin_memcpy (data, target + offset, n);
      *len = n;
    }
  free (target);
  return err;
}

/* NODE, whose status is *ST, is locked.  */
static error_t
read_node (struct fs_cred *cred, struct fs_node *node, const io_statbuf_t *st,
	   loff_t offset, size_t *len, char *data)
{
  if (S_ISDIR (st->st_mode))
    return EISDIR;
  if (S_ISLNK (st->st_mode) && node->ops->readlink)
    return read_link (node, offset, len, data);
  if (node->fifo)
    return fs_fifo_read (node, len, data, cred->open->flags);
  if (node->ops->read == NULL)
    return EOPNOTSUPP;
  return node->ops->read (cred, node, offset, len, data, cred->open->flags);
}

/* Answer a read by the short way.  EAGAIN: there is none.  NODE is locked.  */
static error_t
read_through (struct fs_open *open, struct fs_node *node, loff_t offset,
	      vm_size_t amount, data_t *data, mach_msg_type_number_t *count)
{
  bool current = offset == -1;
  size_t len = *count;
  char *to = *data;
  error_t err = EAGAIN;

  if (current)
    offset = open->offset;
  if (node->ops->read_through && (open->flags & O_READ) && offset >= 0
      && amount <= MAX_FILE && node->fifo == NULL)
    err = node->ops->read_through (node, offset, amount, &to, &len);
  if (err)
    return err;
  *data = to;
  *count = len;
  if (current)
    open->offset = offset + len;
  return 0;
}

kern_return_t
S_io_read (io_t io_object, data_t *data, mach_msg_type_number_t *data_count,
	   loff_t offset, vm_size_t amount)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  vm_address_t memory = 0;
  vm_size_t size = 0;
  io_statbuf_t st;
  if (cred == NULL)
    return EOPNOTSUPP;
  struct fs_open *open = cred->open;
  bool current = offset == -1;
  size_t len = amount;

  pthread_mutex_lock (&node->lock);
  error_t err = read_through (open, node, offset, amount, data, data_count);
  if (err != EAGAIN)
    {
      pthread_mutex_unlock (&node->lock);
      fs_end (cred, node);
      return err;
    }
  err = open->flags & O_READ ? fs_stat (node, &st) : EBADF;
  bool stream = !err && is_stream (node, st.st_mode);
  if (stream && !current && !S_ISCHR (st.st_mode))
    err = ESPIPE;
  if (stream)
    offset = 0;
  else if (current)
    offset = open->offset;
  if (!err && offset < 0)
    err = EINVAL;
  if (err)
    goto out;
  if (S_ISREG (st.st_mode) && offset + (loff_t) len > st.st_size)
    len = offset < st.st_size ? st.st_size - offset : 0;
  if (len > (stream ? MAX_STREAM : MAX_FILE))
    len = stream ? MAX_STREAM : MAX_FILE;
  if (len > *data_count)
    {
      size = round_page (len);
      err = vm_allocate (mach_task_self (), &memory, size, TRUE);
    }
  char *buf = memory ? (char *) memory : *data;
  if (!err && (len || !S_ISREG (st.st_mode)))
    err = read_node (cred, node, &st, offset, &len, buf);
  if (!err && !stream && current)
    open->offset = offset + len;
 out:
  pthread_mutex_unlock (&node->lock);
  if (!err)
    {
      /* What is left of the pages is not sent.  */
      if (memory && len <= *data_count)
	__builtin_memcpy (*data, (char *) memory, len);
      else if (memory)
	{
	  vm_size_t used = round_page (len);
	  if (used < size)
	    vm_deallocate (mach_task_self (), memory + used, size - used);
	  *data = (char *) memory;
	  memory = 0;
	}
      *data_count = len;
    }
  if (memory)
    vm_deallocate (mach_task_self (), memory, size);
  fs_end (cred, node);
  return err;
}

/* Somebody else's change makes a program unprivileged.  */
static void
drop_setid (struct fs_cred *cred, struct fs_node *node,
	    const io_statbuf_t *st)
{
  mode_t bits = st->st_mode & S_ISUID;
  if ((st->st_mode & S_ISGID) && (st->st_mode & S_IXGRP))
    bits |= S_ISGID;
  if (S_ISREG (st->st_mode) && bits && node->ops->chmod
      && fs_isowner (&(io_statbuf_t) { .st_uid = 0 }, cred->ids))
    node->ops->chmod (node, st->st_mode & ~bits & ~(S_IFMT | S_ITRANS));
}

static error_t
write_node (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	    size_t *len, const char *data)
{
  int flags = cred->open->flags;
  error_t err;
  if (node->fifo)
    return fs_fifo_write (node, len, data, flags);
  if (node->ops->write == NULL)
    return fs_missing (node);
  err = node->ops->write (cred, node, offset, len, data, flags);
  if (!err && (flags & O_FSYNC) && node->ops->sync)
    err = node->ops->sync (node, true);
  return err;
}

kern_return_t
S_io_write (io_t io_object, const_data_t data,
	    mach_msg_type_number_t data_count, loff_t offset,
	    vm_size_t *amount)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  io_statbuf_t st;
  if (cred == NULL)
    return EOPNOTSUPP;
  struct fs_open *open = cred->open;
  bool current = offset == -1;
  size_t len = data_count;
  error_t err = open->flags & O_WRITE ? 0 : EBADF;

  if (!err && node->ops->admit)
    err = node->ops->admit (node, len);
  pthread_mutex_lock (&node->lock);
  if (!err)
    err = fs_stat (node, &st);
  bool stream = !err && is_stream (node, st.st_mode);
  if (!err && S_ISREG (st.st_mode) && node->fs->readonly)
    err = EROFS;
  if (stream && !current && !S_ISCHR (st.st_mode))
    err = ESPIPE;
  if (stream)
    offset = 0;
  else if (current)
    offset = open->flags & O_APPEND ? st.st_size : open->offset;
  if (!err && offset < 0)
    err = EINVAL;
  if (!err && (len || !S_ISREG (st.st_mode)))
    err = write_node (cred, node, offset, &len, data);
  if (!err && len)
    {
      drop_setid (cred, node, &st);
      if (!stream && current)
	open->offset = offset + len;
      if (node->notify && !stream)
	fs_notify_file (node, offset + (loff_t) len > st.st_size
			? FILE_CHANGED_EXTEND : FILE_CHANGED_WRITE,
			offset, offset + len);
    }
  pthread_mutex_unlock (&node->lock);
  *amount = len;
  fs_end (cred, node);
  return err;
}

kern_return_t
S_io_seek (io_t io_object, loff_t offset, int whence, loff_t *newp)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  loff_t base = 0;
  io_statbuf_t st;
  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&node->lock);
  error_t err = fs_stat (node, &st);
  if (!err && is_stream (node, st.st_mode))
    err = ESPIPE;
  if (!err)
    switch (whence)
      {
      case SEEK_SET:
	break;
      case SEEK_CUR:
	base = cred->open->offset;
	break;
      case SEEK_END:
	base = st.st_size;
	break;
      default:
	err = EINVAL;
      }
  if (!err && (__builtin_add_overflow (base, offset, &base) || base < 0))
    err = EINVAL;
  if (!err)
    *newp = cred->open->offset = base;
  pthread_mutex_unlock (&node->lock);
  fs_end (cred, node);
  return err;
}

kern_return_t
S_io_readable (io_t io_object, vm_size_t *amount)
{
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (io_object, &node);
  io_statbuf_t st;
  size_t n = 0;
  if (cred == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&node->lock);
  error_t err = cred->open->flags & O_READ ? fs_stat (node, &st) : EBADF;
  if (!err)
    {
      if (node->fifo)
	err = fs_fifo_readable (node, &n);
      else if (node->ops->readable)
	err = node->ops->readable (node, cred->open->offset, &n);
      else if (S_ISREG (st.st_mode) && st.st_size > cred->open->offset)
	{
	  loff_t left = st.st_size - cred->open->offset;
	  n = left > INT_MAX ? INT_MAX : left;
	}
    }
  pthread_mutex_unlock (&node->lock);
  *amount = n;
  fs_end (cred, node);
  return err;
}
