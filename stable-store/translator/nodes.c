/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nodes in use, one per name, and what stat says of them.  */

#include "translator.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct item *items;	/* Protected by view.lock.  */

/* A number that is the node's own, as far as can be told in the 32 bits that old
   programs know.  */
static ino64_t
number_of (enum kind kind, uint64_t number, uint64_t id)
{
  uint64_t h = kind;
  if (kind < CHECKPOINT)
    return 1 + kind;
  h = (h ^ number) * 0x9e3779b97f4a7c15ull;
  h = (h ^ h >> 29 ^ id) * 0xbf58476d1ce4e5b9ull;
  return ((h ^ h >> 32) & 0x3fffffff) | 0x40000000;
}

/* Find out what does not change.  ENOENT: it is not there.  */
static error_t
fill (struct item *item)
{
  struct store_info info;
  struct slot *slot;
  error_t err;
  if (item->kind < CHECKPOINT)
    return item->kind == LAST && !view.ncheckpoints ? ENOENT : 0;
  err = view_checkpoint (item->number, &slot);
  if (!err)
    err = store_checkpoint_info (view.store, item->number, &info);
  if (err)
    return err;
  item->sec = info.sec;
  return item->kind == OBJECT ? view_size (slot, item->id, &item->size) : 0;
}

error_t
item_get_node (enum kind kind, uint64_t number, uint64_t id,
	       struct fs_node **node)
{
  for (struct item *i = items; i; i = i->next)
    if (i->kind == kind && i->number == number && i->id == id
	&& (*node = fs_node_tryref (i->node)))
      return 0;

  struct item *item = calloc (1, sizeof *item);
  if (item == NULL)
    return ENOMEM;
  item->kind = kind;
  item->number = number;
  item->id = id;
  error_t err = fill (item);
  if (!err)
    err = fs_node_create (&server, &store_ops, number_of (kind, number, id),
			  &item->node);
  if (err)
    {
      free (item);
      return err == EILSEQ ? EIO : err;
    }
  item->node->data = item;
  item->next = items;
  items = item;
  *node = item->node;
  return 0;
}

void
node_free (struct fs_node *node)
{
  struct item *item = item_of (node);
  pthread_mutex_lock (&view.lock);
  for (struct item **i = &items; *i; i = &(*i)->next)
    if (*i == item)
      {
	*i = item->next;
	break;
      }
  pthread_mutex_unlock (&view.lock);
  if (item->pager)
    fs_pager_free (item->pager);
  free (item);
}

/* A node with a pager behind AFTER (null: the first), referenced; null: none.  */
static struct fs_node *
next_mapped (const struct item *after)
{
  struct fs_node *node = NULL;
  pthread_mutex_lock (&view.lock);
  struct item *i = after ? after->next : items;
  while (i && !(i->pager && (node = fs_node_tryref (i->node))))
    i = i->next;
  pthread_mutex_unlock (&view.lock);
  return node;
}

bool
nodes_mapped (void)
{
  bool mapped = true;
  /* The kernel is told to keep no page that nobody has mapped; that it has let them
     go we hear a moment later.  */
  for (int i = 0; i < 100 && mapped; i++)
    {
      struct fs_node *node = next_mapped (NULL), *next;
      if (i)
	usleep (50000);
      for (mapped = false; node; node = next)
	{
	  if (i == 0)
	    fs_pager_uncache (item_of (node)->pager);
	  mapped |= fs_pager_mapped (item_of (node)->pager);
	  next = next_mapped (item_of (node));
	  fs_node_unref (node);
	}
    }
  return mapped;
}

/* Objects are the memory of programs, with all that is secret in it: for root.  */
static mode_t
mode_of (enum kind kind)
{
  switch (kind)
    {
    case ROOT: return S_IFDIR | 0755;
    case CHECKPOINT: return S_IFDIR | 0555;
    case OBJECTS: return S_IFDIR | 0500;
    case OBJECT: return S_IFREG | 0400;
    case LABEL: return S_IFREG | 0644;
    case LAST: return S_IFLNK | 0777;
    default: return S_IFREG | 0444;
    }
}

static error_t
stat_op (struct fs_node *node, io_statbuf_t *st)
{
  struct item *item = item_of (node);
  error_t err = 0;
  memset (st, 0, sizeof *st);
  st->st_fstype = server.fstype;
  st->st_ino = node->ino;
  st->st_mode = mode_of (item->kind);
  st->st_nlink = 1;
  st->st_blksize = 16 * STORE_PAGE;
  st->st_size = item->size;
  pthread_mutex_lock (&view.lock);
  if (S_ISREG (st->st_mode) && item->kind != OBJECT)
    {
      char *text;
      size_t len;
      err = file_text (item, &text, &len);
      if (!err)
	{
	  st->st_size = len;
	  free (text);
	}
    }
  st->st_mtim.tv_sec = item->sec;
  struct store_info info;
  if (item->kind < CHECKPOINT && view.ncheckpoints
      && store_checkpoint_info (view.store,
				view.numbers[view.ncheckpoints - 1],
				&info) == 0)
    st->st_mtim.tv_sec = info.sec;
  pthread_mutex_unlock (&view.lock);
  st->st_atim = st->st_ctim = st->st_mtim;
  st->st_blocks = (st->st_size + 511) / 512;
  return err;
}

static error_t
readlink_op (struct fs_node *node, char *target, size_t size)
{
  char *text;
  size_t len;
  pthread_mutex_lock (&view.lock);
  error_t err = view_refresh (NULL);
  if (!err)
    err = file_text (item_of (node), &text, &len);
  pthread_mutex_unlock (&view.lock);
  if (err)
    return err;
  if (len >= size)
    err = ENAMETOOLONG;
  else
    memcpy (target, text, len + 1);
  free (text);
  return err;
}

static error_t
open_op (struct fs_node *node, struct fs_cred *cred, int flags)
{
  if (flags & O_WRITE)
    return item_of (node)->kind == LABEL && !view.readonly ? 0 : EROFS;
  return 0;
}

/* The opening of a label for writing a new one.  */
static error_t
truncate_op (struct fs_node *node, loff_t size)
{
  return size == 0 && item_of (node)->kind == LABEL ? 0 : EROFS;
}

static error_t
sync_op (struct fs_node *node, bool wait)
{
  return 0;			/* A change is durable when it is answered.  */
}

/* Nothing else can be made here.  */
static error_t
create_op (struct fs_node *dir, const char *name, mode_t mode, uid_t uid,
	   gid_t gid, dev_t rdev, const char *target, struct fs_node **node)
{
  return EROFS;
}

static error_t
mkdir_op (struct fs_node *dir, const char *name, mode_t mode, uid_t uid,
	  gid_t gid, struct fs_node **node)
{
  return EROFS;
}

const struct fs_ops store_ops =
{
  .create = create_op, .mkdir = mkdir_op,
  .stat = stat_op, .lookup = dir_lookup_op, .readdir = dir_readdir_op,
  .rmdir = dir_rmdir_op, .read = file_read_op, .write = file_write_op,
  .truncate = truncate_op, .readlink = readlink_op, .sync = sync_op,
  .map = file_map_op, .open = open_op, .free = node_free,
};
