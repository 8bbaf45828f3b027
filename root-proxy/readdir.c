/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a directory: the ground's entries without those that are held to be
   otherwise, and the held ones.  In the order of their names, so that numbers
   of entries mean the same after an apply as before.  */

#include <dirent.h>
#include <hurd/fs.h>
#include <stdlib.h>
#include <string.h>
#include "proxy.h"

struct entry
{
  ino64_t ino;
  int type;
  char *name;
};

struct listing
{
  struct entry *entries;
  size_t n, room;
};

static error_t
add (struct listing *l, ino64_t ino, int type, const char *name, size_t len)
{
  if (l->n == l->room)
    {
      size_t room = l->room ? 2 * l->room : 64;
      struct entry *e = realloc (l->entries, room * sizeof *e);
      if (e == NULL)
	return ENOMEM;
      l->entries = e;
      l->room = room;
    }
  l->entries[l->n] = (struct entry) { ino, type, strndup (name, len) };
  return l->entries[l->n++].name ? 0 : ENOMEM;
}

static int
by_name (const void *a, const void *b)
{
  const struct entry *x = a, *y = b;
  return strcmp (x->name, y->name);
}

static void
free_listing (struct listing *l)
{
  for (size_t i = 0; i < l->n; i++)
    free (l->entries[i].name);
  free (l->entries);
}

/* All held names of DIR, those that are removed with number 0.  */
static error_t
list_held (struct ov_node *dir, struct listing *l)
{
  error_t err = 0;

  pthread_mutex_lock (&rp.lock);
  for (struct ov_name *e = dir->names; e && !err; e = e->next)
    {
      struct ov_node *n = e->target ? ov_find (&rp.ov, e->target) : NULL;
      err = add (l, n ? n->ino : 0, n ? IFTODT (n->type) : DT_UNKNOWN,
		 e->name, strlen (e->name));
    }
  pthread_mutex_unlock (&rp.lock);
  qsort (l->entries, l->n, sizeof *l->entries, by_name);
  return err;
}

/* What the ground's entry D in DIR is to us; 0: not to be seen.  An entry with
   number 0 is a removed one, whose name may by now have another (readers of a
   directory that is being changed count on the numbers of entries).  */
static ino64_t
number_of (struct fs_node *dir, const struct dirent64 *d)
{
  struct ov_node *ov = rp_data (dir)->ov;
  struct fs_node *node;
  ino64_t ino;

  if (d->d_ino == 0
      || (d->d_namlen == 1 && d->d_name[0] == '.')
      || (d->d_namlen == 2 && d->d_name[0] == '.' && d->d_name[1] == '.')
      || (ov->fsroot && strcmp (d->d_name, OV_STAGE) == 0))
    return 0;
  pthread_mutex_lock (&rp.lock);
  ino = ov_number (&rp.ov, ov->gdev, d->d_ino);
  pthread_mutex_unlock (&rp.lock);
  if (ino == 0 && rp_lookup (dir, d->d_name, &node) == 0)
    {
      ino = node->ino;
      fs_node_unref (node);
    }
  return ino;
}

/* Add the ground's entries that are not in the sorted HELD.  */
static error_t
list_ground (struct fs_node *dir, const struct listing *held,
	     struct listing *l)
{
  mach_port_t port;
  char *data = NULL;
  mach_msg_type_number_t len = 0;
  int amount = 0;
  error_t err = rp_ground_port (dir, &port);

  if (!err)
    err = dir_readdir (port, &data, &len, 0, -1, 0, &amount);
  for (mach_msg_type_number_t at = 0; !err && at < len;)
    {
      struct dirent64 *d = (struct dirent64 *) (data + at);
      struct entry key = { .name = d->d_name };
      ino64_t ino;

      if (d->d_reclen == 0 || len - at < d->d_reclen)
	err = EGRATUITOUS;
      else if (!(held->n && bsearch (&key, held->entries, held->n, sizeof key,
				     by_name))
	       && (ino = number_of (dir, d)) != 0)
	err = add (l, ino, d->d_type, d->d_name, d->d_namlen);
      at += d->d_reclen;
    }
  if (data)
    vm_deallocate (mach_task_self (), (vm_address_t) data, len);
  return err;
}

/* Everything but `.' and `..', sorted.  */
static error_t
list (struct fs_node *dir, struct listing *l)
{
  struct ov_node *ov = rp_data (dir)->ov;
  struct listing held = { 0 };
  bool ground = ov->gino != 0 && !ov_is_dead (ov);
  error_t err;

  /* First what is held, then the ground: in this order an apply in between
     does no harm.  */
  err = list_held (ov, &held);
  if (!err && ground)
    err = list_ground (dir, &held, l);
  for (size_t i = 0; i < held.n && !err; i++)
    if (held.entries[i].ino != 0)
      err = add (l, held.entries[i].ino, held.entries[i].type,
		 held.entries[i].name, strlen (held.entries[i].name));
  free_listing (&held);
  qsort (l->entries, l->n, sizeof *l->entries, by_name);
  return err;
}

error_t
rp_dir_empty (struct fs_node *dir)
{
  struct listing l = { 0 };
  error_t err = list (dir, &l);

  if (!err && l.n > 0)
    err = ENOTEMPTY;
  free_listing (&l);
  return err;
}

error_t
rp_readdir (struct fs_node *dir, int entry, struct fs_dirent_sink *sink)
{
  struct ov_node *ov = rp_data (dir)->ov;
  struct listing l = { 0 };
  error_t err;
  bool room = true;

  if (!S_ISDIR (ov->type))
    return ENOTDIR;
  if (entry < 0)
    return EINVAL;
  err = list (dir, &l);
  if (!err && entry == 0)
    room = fs_dirent_add (sink, ov->ino, ".", DT_DIR);
  if (!err && entry <= 1 && room)
    room = fs_dirent_add (sink, ov->parent ? ov->parent : ov->ino, "..",
			  DT_DIR);
  for (size_t i = entry > 2 ? entry - 2 : 0; !err && room && i < l.n; i++)
    room = fs_dirent_add (sink, l.entries[i].ino, l.entries[i].name,
			  l.entries[i].type);
  free_listing (&l);
  return err;
}
