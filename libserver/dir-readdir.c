/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dir_readdir.  */

#include <stdlib.h>
#include <string.h>
#include "node-internal.h"
#include "fs_S.h"

/* How much is returned when the client does not say.  */
#define DEFAULT_SIZE	(64 * 1024)
#define MAX_SIZE	(1024 * 1024)

struct fs_dirent_sink
{
  char *data;
  size_t used, size;
  int count, limit;		/* Entries, and how many are wanted, or -1.  */
};

bool
fs_dirent_add (struct fs_dirent_sink *sink, ino64_t ino, const char *name,
	       int type)
{
  size_t len = strlen (name);
  size_t size = (offsetof (struct dirent64, d_name) + len + 1 + 7) & ~7;

  if (len > 255 || (sink->limit >= 0 && sink->count >= sink->limit)
      || size > sink->size - sink->used)
    return false;
  struct dirent64 *d = (struct dirent64 *) (sink->data + sink->used);
  memset (d, 0, size);
  d->d_ino = ino;
  d->d_reclen = size;
  d->d_type = type;
  d->d_namlen = len;
  memcpy (d->d_name, name, len);
  sink->used += size;
  sink->count++;
  return true;
}

kern_return_t
S_dir_readdir (file_t dir, data_t *data, mach_msg_type_number_t *data_count,
	       boolean_t *dealloc, int entry, int nentries, vm_size_t bufsiz,
	       int *amount)
{
  struct fs_dirent_sink sink = { .limit = nentries };
  io_statbuf_t st;
  struct fs_node *node;
  struct fs_cred *cred = fs_begin (dir, &node);
  error_t err;
  if (cred == NULL)
    return EOPNOTSUPP;

  sink.size = bufsiz ? bufsiz : DEFAULT_SIZE;
  if (sink.size > MAX_SIZE)
    sink.size = MAX_SIZE;
  sink.data = malloc (sink.size);
  pthread_mutex_lock (&node->lock);
  err = fs_stat (node, &st);
  if (!err && !S_ISDIR (st.st_mode))
    err = ENOTDIR;
  if (!err && !(cred->open->flags & O_READ))
    err = EBADF;
  if (!err && (entry < 0 || node->ops->readdir == NULL))
    err = entry < 0 ? EINVAL : EOPNOTSUPP;
  if (!err && sink.data == NULL)
    err = ENOMEM;
  if (!err)
    err = node->ops->readdir (node, entry, &sink);
  pthread_mutex_unlock (&node->lock);
  if (!err)
    err = fs_return_data (sink.data, sink.used, data, data_count);
  *amount = sink.count;
  *dealloc = TRUE;
  free (sink.data);
  fs_end (cred, node);
  return err;
}
