/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens, and the ports that stand for them.  */

#include <stdlib.h>
#include "node-internal.h"

/* Announces ids of creds.  */
static pthread_mutex_t ids_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ids_changed = PTHREAD_COND_INITIALIZER;

static uint64_t next_open_id = 1;

error_t
fs_open_create (struct fs_node *node, int flags, uint64_t id,
		struct fs_open **open)
{
  struct fs_open *o = calloc (1, sizeof *o);
  if (o == NULL)
    return ENOMEM;
  o->refs = 1;
  o->node = fs_node_ref (node);
  o->flags = flags & FS_OPEN_KEPT;
  pthread_mutex_init (&o->lock, NULL);
  pthread_mutex_lock (&fs_names_lock);
  o->opened = id != 0;		/* In its former life.  */
  o->id = id ? id : next_open_id++;
  if (o->id >= next_open_id)
    next_open_id = o->id + 1;
  pthread_mutex_unlock (&fs_names_lock);
  *open = o;
  return 0;
}

void
fs_open_unref (struct fs_open *open)
{
  if (open == NULL
      || __atomic_sub_fetch (&open->refs, 1, __ATOMIC_ACQ_REL) != 0)
    return;
  struct fs_node *node = open->node;
  pthread_mutex_lock (&node->lock);
  fs_locks_drop (node, open);
  open->flags &= ~O_ASYNC;
  fs_async_count (open);
  if (open->opened && node->fifo)
    fs_fifo_close (node, open->flags);
  if (open->opened && node->ops->close)
    node->ops->close (node, open->flags);
  pthread_mutex_unlock (&node->lock);
  fs_drop_right (open->root_parent);
  fs_node_unref (open->shadow_root);
  fs_node_unref (open->made_in);
  fs_node_unref (open->before);
  fs_node_unref (node);
  pthread_mutex_destroy (&open->lock);
  free (open);
}

static void
clean (void *object)
{
  struct fs_cred *cred = object;
  struct fs_fs *fs = cred->open->node->fs;
  fs_open_unref (cred->open);
  fs_ids_free (cred->ids);
  fs_maybe_exit (fs);
}

const struct sv_class fs_cred_class = { .name = "file", .clean = clean };

error_t
fs_cred_create (struct fs_open *open, const struct fs_ids *ids, uint64_t id,
		struct fs_cred **cred)
{
  struct fs_ids *copy = NULL;
  if (ids)
    {
      copy = fs_ids_make (ids->uids, ids->nuids, ids->gids, ids->ngids);
      if (copy == NULL)
	return ENOMEM;
    }
  error_t err = sv_port_create (open->node->fs->bucket, &fs_cred_class,
				sizeof **cred, id, cred);
  if (err)
    {
      fs_ids_free (copy);
      return err;
    }
  __atomic_add_fetch (&open->refs, 1, __ATOMIC_RELAXED);
  (*cred)->open = open;
  (*cred)->ids = copy;
  return 0;
}

struct fs_cred *
fs_cred_lookup (mach_port_t port)
{
  struct fs_cred *cred = sv_lookup (port, &fs_cred_class);
  if (cred == NULL || cred->ids)
    return cred;
  error_t err = 0;
  pthread_mutex_lock (&ids_lock);
  while (cred->ids == NULL && cred->port.right && !err)
    err = sv_wait (&ids_changed, &ids_lock, NULL);
  bool known = cred->ids != NULL;
  pthread_mutex_unlock (&ids_lock);
  if (known)
    return cred;
  sv_unref (cred);
  return NULL;
}

void
fs_cred_set_ids (struct fs_cred *cred, struct fs_ids *ids)
{
  pthread_mutex_lock (&ids_lock);
  cred->ids = ids;
  pthread_cond_broadcast (&ids_changed);
  pthread_mutex_unlock (&ids_lock);
}

struct fs_cred *
fs_begin (mach_port_t port, struct fs_node **node)
{
  struct fs_cred *cred = fs_cred_lookup (port);
  if (cred)
    *node = fs_node_ref (cred->open->node);
  return cred;
}

void
fs_end (struct fs_cred *cred, struct fs_node *node)
{
  fs_node_unref (node);
  sv_unref (cred);
}
