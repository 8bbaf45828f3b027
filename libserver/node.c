/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes and their references.  */

#include <stdlib.h>
#include <string.h>
#include "node-internal.h"

pthread_mutex_t fs_names_lock = PTHREAD_MUTEX_INITIALIZER;

error_t
fs_node_create (struct fs_fs *fs, const struct fs_ops *ops, uint64_t ino,
		struct fs_node **node)
{
  struct fs_node *n = calloc (1, sizeof *n);
  if (n == NULL)
    return ENOMEM;
  n->fs = fs;
  n->ops = ops;
  n->ino = ino;
  n->refs = 1;
  pthread_mutex_init (&n->lock, NULL);
  pthread_cond_init (&n->started, NULL);
  pthread_cond_init (&n->lock_changed, NULL);
  *node = n;
  return 0;
}

struct fs_node *
fs_node_ref (struct fs_node *node)
{
  __atomic_add_fetch (&node->refs, 1, __ATOMIC_RELAXED);
  return node;
}

struct fs_node *
fs_node_tryref (struct fs_node *node)
{
  unsigned int refs = __atomic_load_n (&node->refs, __ATOMIC_RELAXED);
  while (refs)
    if (__atomic_compare_exchange_n (&node->refs, &refs, refs + 1, false,
				     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return node;
  return NULL;
}

void
fs_node_unref (struct fs_node *node)
{
  while (node && __atomic_sub_fetch (&node->refs, 1, __ATOMIC_ACQ_REL) == 0)
    {
      struct fs_node *parent = node->parent;
      free (node->name);
      fs_drop_right (node->address);
      fs_notify_free (node);
      fs_async_free (node);
      pthread_mutex_destroy (&node->lock);
      pthread_cond_destroy (&node->started);
      pthread_cond_destroy (&node->lock_changed);
      if (node->ops->free)
	node->ops->free (node);
      free (node);
      node = parent;
    }
}

error_t
fs_stat (struct fs_node *node, io_statbuf_t *st)
{
  if (node->ops->stat == NULL)
    return EOPNOTSUPP;
  error_t err = node->ops->stat (node, st);
  if (!err && MACH_PORT_VALID (node->active))
    st->st_mode |= S_IATRANS;
  return err;
}

error_t
fs_missing (struct fs_node *node)
{
  return node->fs->readonly ? EROFS : EOPNOTSUPP;
}

void
fs_drop_right (mach_port_t name)
{
  if (MACH_PORT_VALID (name))
    mach_port_deallocate (mach_task_self (), name);
}

error_t
fs_return_data (const char *data, size_t len, char **out,
		mach_msg_type_number_t *cnt)
{
  if (len > *cnt)
    {
      vm_address_t memory = 0;
      error_t err = vm_allocate (mach_task_self (), &memory, len, TRUE);
      if (err)
	return err;
      *out = (char *) memory;
    }
  memcpy (*out, data, len);
  *cnt = len;
  return 0;
}
