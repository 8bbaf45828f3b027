/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directories: of checkpoints, of what a checkpoint has, of its objects.  */

#include "translator.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NAME as a number without any leading zero, or 0.  */
static uint64_t
to_number (const char *name)
{
  char *end;
  if (name[0] < '1' || name[0] > '9')
    return 0;
  errno = 0;
  uint64_t n = strtoull (name, &end, 10);
  return *end || errno ? 0 : n;
}

static error_t
lookup (const struct item *dir, const char *name, struct fs_node **node)
{
  bool up = strcmp (name, "..") == 0;
  uint64_t n = to_number (name);
  if (strcmp (name, ".") == 0)
    return item_get_node (dir->kind, dir->number, 0, node);
  switch (dir->kind)
    {
    case ROOT:
      if (strcmp (name, "status") == 0)
	return item_get_node (STATUS, 0, 0, node);
      if (strcmp (name, "last") == 0)
	return item_get_node (LAST, 0, 0, node);
      return n ? item_get_node (CHECKPOINT, n, 0, node) : ENOENT;
    case CHECKPOINT:
      if (up)
	return item_get_node (ROOT, 0, 0, node);
      if (strcmp (name, "status") == 0)
	return item_get_node (CKPT_STATUS, dir->number, 0, node);
      if (strcmp (name, "label") == 0)
	return item_get_node (LABEL, dir->number, 0, node);
      if (strcmp (name, "objects") == 0)
	return item_get_node (OBJECTS, dir->number, 0, node);
      return ENOENT;
    case OBJECTS:
      if (up)
	return item_get_node (CHECKPOINT, dir->number, 0, node);
      return n ? item_get_node (OBJECT, dir->number, n, node) : ENOENT;
    default:
      return ENOTDIR;
    }
}

error_t
dir_lookup_op (struct fs_node *dir, const char *name, struct fs_node **node)
{
  struct item *item = item_of (dir);
  pthread_mutex_lock (&view.lock);
  error_t err = item->kind == ROOT ? view_refresh (NULL) : 0;
  if (!err)
    err = lookup (item, name, node);
  pthread_mutex_unlock (&view.lock);
  return err == EILSEQ ? EIO : err;
}

/* Add the entry number *ENTRY, if it is wanted still, and go on to the next.  */
static bool
add (struct fs_dirent_sink *sink, int *entry, int number, const char *name,
     int type)
{
  if (number < *entry)
    return true;
  if (!fs_dirent_add (sink, number + 1, name, type))
    return false;
  ++*entry;
  return true;
}

static bool
add_numbers (struct fs_dirent_sink *sink, int entry, int first,
	     const uint64_t *numbers, size_t n, int type)
{
  for (size_t i = entry > first ? entry - first : 0; i < n; i++)
    {
      char name[24];
      snprintf (name, sizeof name, "%llu", (unsigned long long) numbers[i]);
      if (!fs_dirent_add (sink, first + i + 1, name, type))
	return false;
    }
  return true;
}

static error_t
read_dir (const struct item *item, int entry, struct fs_dirent_sink *sink)
{
  struct slot *slot;
  error_t err = 0;
  if (!add (sink, &entry, 0, ".", DT_DIR)
      || !add (sink, &entry, 1, "..", DT_DIR))
    return 0;
  switch (item->kind)
    {
    case ROOT:
      if (add (sink, &entry, 2, "status", DT_REG)
	  && (!view.ncheckpoints || add (sink, &entry, 3, "last", DT_LNK)))
	add_numbers (sink, entry, 4, view.numbers, view.ncheckpoints, DT_DIR);
      return 0;
    case CHECKPOINT:
      if (add (sink, &entry, 2, "label", DT_REG)
	  && add (sink, &entry, 3, "objects", DT_DIR))
	add (sink, &entry, 4, "status", DT_REG);
      return 0;
    case OBJECTS:
      err = view_checkpoint (item->number, &slot);
      if (!err)
	err = view_objects (slot);
      if (!err)
	add_numbers (sink, entry, 2, slot->ids, slot->nids, DT_REG);
      return err == ENOENT ? ESTALE : err;
    default:
      return ENOTDIR;
    }
}

error_t
dir_readdir_op (struct fs_node *dir, int entry, struct fs_dirent_sink *sink)
{
  struct item *item = item_of (dir);
  pthread_mutex_lock (&view.lock);
  /* A listing that has begun goes on with what it began with.  */
  error_t err = item->kind == ROOT && entry == 0 ? view_refresh (NULL) : 0;
  if (!err && view.store == NULL)
    err = EIO;
  if (!err)
    err = read_dir (item, entry, sink);
  pthread_mutex_unlock (&view.lock);
  return err == EILSEQ ? EIO : err;
}

static error_t
drop (struct store *store, void *arg)
{
  return store_drop (store, *(uint64_t *) arg);
}

error_t
dir_rmdir_op (struct fs_node *dir, const char *name, struct fs_node *node)
{
  struct item *item = item_of (node);
  return item->kind == CHECKPOINT ? view_change (drop, &item->number) : EROFS;
}
