/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mapped files: we are the pager of everything that is mapped inside.  These
   functions run in the pagers' threads: they take rp.lock only.  */

#include <stdlib.h>
#include <string.h>
#include "proxy.h"

static error_t
page_in (void *user, uint64_t offset, size_t len, void *data)
{
  return rp_read_contents (user, offset, len, data);
}

static uint64_t
page_limit (void *user)
{
  return rp_size (user);
}

static error_t
page_out (void *user, uint64_t offset, size_t len, const void *data)
{
  struct fs_node *node = user;
  uint64_t size = rp_size (node);
  error_t err;

  if (offset >= size)
    return 0;
  if (len > size - offset)
    len = size - offset;
  err = rp_hold_contents (node, offset, &len, data, 0);
  if (len)
    {
      pthread_mutex_lock (&rp.lock);
      rp_hold_size (rp_data (node)->ov, offset + len, size);
      rp_stamp (rp_data (node)->ov, OV_MTIME | OV_CTIME);
      pthread_mutex_unlock (&rp.lock);
    }
  return err;
}

static const struct fs_pager_ops pager_ops = {
  .read = page_in, .write = page_out, .size = page_limit,
  .in_use = fs_pager_keep_node
};

error_t
rp_map (struct fs_node *node, int prot, mach_port_t *object)
{
  struct rp_node *d = rp_data (node);

  if (!S_ISREG (d->ov->type))
    return ENODEV;
  return fs_pager_map_node (node, &pager_ops, &d->pager, prot, object);
}

error_t
rp_file_id (void *context, const struct fs_pager_ops *ops, void *user,
	    uint64_t *id, uint64_t *version)
{
  struct fs_node *node = user;

  if (ops != &pager_ops)
    return ESRCH;
  *id = node->ino;
  *version = __atomic_load_n (&rp_data (node)->version, __ATOMIC_RELAXED);
  return 0;
}

/* Of what changed last.  */
static uint64_t last_version;

void
rp_new_version (struct fs_node *node)
{
  uint64_t version = __atomic_add_fetch (&last_version, 1, __ATOMIC_SEQ_CST);
  __atomic_store_n (&rp_data (node)->version, version, __ATOMIC_SEQ_CST);
}

/* The node of the file ID, with a reference.  */
static error_t
node_of (uint64_t id, struct fs_node **node)
{
  pthread_mutex_lock (&rp.lock);
  struct ov_node *ov = ov_find (&rp.ov, id);
  error_t err = ov ? rp_node_get (ov, node) : ENOENT;
  pthread_mutex_unlock (&rp.lock);
  return err;
}

error_t
rp_file_version (void *context, uint64_t id, uint64_t *version)
{
  struct fs_node *node;
  if (id == 0)
    {
      *version = __atomic_load_n (&last_version, __ATOMIC_SEQ_CST);
      return 0;
    }
  error_t err = node_of (id, &node);
  if (err)
    return err;
  *version = __atomic_load_n (&rp_data (node)->version, __ATOMIC_RELAXED);
  fs_node_unref (node);
  return 0;
}

error_t
rp_file_map (void *context, uint64_t id, int prot, mach_port_t *object)
{
  struct fs_node *node;
  error_t err = node_of (id, &node);
  if (err)
    return err;
  err = rp_map (node, prot, object);
  fs_node_unref (node);
  return err;
}

void
rp_map_flush (struct fs_node *node, uint64_t offset, uint64_t len)
{
  struct fs_pager *pager = rp_data (node)->pager;

  if (pager)
    fs_pager_flush (pager, offset, len);
}
