/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The overlay's nodes and names.  */

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "overlay.h"

/* New objects get numbers that no file system of the ground uses; ext2's reach so
   far only beyond 8 TiB.  A program that is compiled without large file support
   has 32 bits for a number: stat fails with EOVERFLOW beyond.  */
#define FIRST_OWN_INO ((uint64_t) 1 << 31)

static size_t
mix (uint64_t a, uint64_t b)
{
  a = (a ^ (b * 0x9e3779b97f4a7c15u)) * 0xff51afd7ed558ccdu;
  return a ^ (a >> 32);
}

static size_t
hash_name (uint64_t dir, const char *name)
{
  uint64_t h = dir * 0x9e3779b97f4a7c15u;
  for (; *name; name++)
    h = (h ^ (unsigned char) *name) * 0x100000001b3u;
  return h ^ (h >> 32);
}

error_t
ov_init (struct overlay *ov)
{
  memset (ov, 0, sizeof *ov);
  ov->room_nodes = ov->room_names = 256;
  ov->nodes = calloc (ov->room_nodes, sizeof *ov->nodes);
  ov->ground = calloc (ov->room_nodes, sizeof *ov->ground);
  ov->names = calloc (ov->room_names, sizeof *ov->names);
  ov->next_ino = FIRST_OWN_INO;
  ov->epoch = 1;
  if (ov->nodes && ov->ground && ov->names)
    return 0;
  ov_destroy (ov);
  return ENOMEM;
}

struct ov_node *
ov_find (struct overlay *ov, uint64_t ino)
{
  struct ov_node *n = ov->nodes[mix (ino, 0) & (ov->room_nodes - 1)];
  while (n && n->ino != ino)
    n = n->hash_next;
  return n;
}

struct ov_node *
ov_find_ground (struct overlay *ov, uint64_t gdev, uint64_t gino)
{
  struct ov_node *n = ov->ground[mix (gino, gdev) & (ov->room_nodes - 1)];
  while (n && (n->gino != gino || n->gdev != gdev))
    n = n->ground_next;
  return n;
}

uint64_t
ov_number (struct overlay *ov, uint64_t gdev, uint64_t gino)
{
  struct ov_node *n = ov_find_ground (ov, gdev, gino);

  if (n)
    return n->ino;
  /* The number may still belong to an object that the ground has removed.  */
  if (gdev == ov->root_dev && gino < FIRST_OWN_INO && !ov_find (ov, gino))
    return gino;
  return 0;
}

static void
insert_ino (struct overlay *ov, struct ov_node *n)
{
  struct ov_node **p = &ov->nodes[mix (n->ino, 0) & (ov->room_nodes - 1)];
  n->hash_next = *p;
  *p = n;
}

static void
insert_ground (struct overlay *ov, struct ov_node *n)
{
  struct ov_node **p
    = &ov->ground[mix (n->gino, n->gdev) & (ov->room_nodes - 1)];
  if (n->gino == 0)
    return;
  n->ground_next = *p;
  *p = n;
}

static void
remove_ground (struct overlay *ov, struct ov_node *n)
{
  struct ov_node **p
    = &ov->ground[mix (n->gino, n->gdev) & (ov->room_nodes - 1)];
  while (*p && *p != n)
    p = &(*p)->ground_next;
  if (*p)
    *p = n->ground_next;
}

static void
grow_nodes (struct overlay *ov)
{
  size_t old = ov->room_nodes, room = old * 2;
  struct ov_node **was = ov->nodes, **nodes, **ground;

  nodes = calloc (room, sizeof *nodes);
  ground = calloc (room, sizeof *ground);
  if (nodes == NULL || ground == NULL)
    {
      free (nodes);
      free (ground);
      return;
    }
  free (ov->ground);
  ov->nodes = nodes;
  ov->ground = ground;
  ov->room_nodes = room;
  for (size_t i = 0; i < old; i++)
    for (struct ov_node *n = was[i], *next; n; n = next)
      {
	next = n->hash_next;
	insert_ino (ov, n);
	insert_ground (ov, n);
      }
  free (was);
}

struct ov_node *
ov_add_number (struct overlay *ov, uint64_t ino)
{
  struct ov_node *n = calloc (1, sizeof *n);

  if (n == NULL)
    return NULL;
  n->ino = ino;
  n->gvalid = UINT64_MAX;
  if (++ov->nnodes > ov->room_nodes)
    grow_nodes (ov);
  insert_ino (ov, n);
  return n;
}

struct ov_node *
ov_add_ground (struct overlay *ov, uint64_t gdev, uint64_t gino,
	       uint32_t type, struct ov_node *gparent, const char *gname)
{
  uint64_t ino = ov_number (ov, gdev, gino);
  struct ov_node *n = ov_add_number (ov, ino ? ino : ov->next_ino);

  if (n == NULL)
    return NULL;
  if (ino == 0)
    ov->next_ino++;
  n->type = type & S_IFMT;
  n->gdev = gdev;
  n->gino = gino;
  insert_ground (ov, n);
  n->fsroot = gparent == NULL || gparent->gdev != gdev;
  if (gparent && S_ISDIR (type))
    n->parent = gparent->ino;
  if (ov_set_place (n, gparent ? gparent->ino : 0, gname ? gname : ""))
    {
      ov_remove (ov, n);
      return NULL;
    }
  return n;
}

struct ov_node *
ov_add_new (struct overlay *ov, uint32_t type, uint64_t gdev)
{
  struct ov_node *n = ov_add_number (ov, ov->next_ino);

  if (n == NULL)
    return NULL;
  ov->next_ino++;
  n->type = type & S_IFMT;
  n->gdev = gdev;
  ov_touch (ov, n, OV_ALL & ~OV_TRANSLATOR);
  return n;
}

void
ov_set_ground (struct overlay *ov, struct ov_node *n, uint64_t gdev,
	       uint64_t gino)
{
  struct ov_node *old;

  if (n->gino != 0)
    remove_ground (ov, n);
  n->ground_next = NULL;
  if (n->gino != gino || n->gdev != gdev)
    n->ggen = 0;
  n->gino = 0;
  n->gdev = gdev;
  if (gino == 0)
    return;
  /* Whoever had this number is no more.  */
  while ((old = ov_find_ground (ov, gdev, gino)) != NULL)
    ov_set_ground (ov, old, old->gdev, 0);
  n->gino = gino;
  insert_ground (ov, n);
}

bool
ov_same_generation (struct ov_node *n, uint32_t ggen)
{
  if (n->ggen == 0)
    n->ggen = ggen;
  return n->ggen == ggen;
}

error_t
ov_set_place (struct ov_node *n, uint64_t gparent, const char *gname)
{
  char *name = strdup (gname);

  if (name == NULL)
    return ENOMEM;
  free (n->gname);
  n->gname = name;
  n->gparent = gparent;
  return 0;
}

error_t
ov_met (struct overlay *ov, struct ov_node *n, struct ov_node *dir,
	const char *name)
{
  struct ov_node *known = ov_find (ov, n->gparent);

  if (n->gino == 0 || n->fsroot
      || (known && n->gname && !ov_name (ov, known, n->gname)
	  && !S_ISDIR (n->type)))
    return 0;
  return ov_set_place (n, dir->ino, name);
}

static bool
nothing_held (const struct ov_node *n)
{
  return (n->held == 0 && n->names == NULL && n->npages == 0 && !n->renamed
	  && !n->pinned && n->gvalid == UINT64_MAX);
}

bool
ov_is_clean (struct overlay *ov, struct ov_node *n)
{
  if (n->ino >= FIRST_OWN_INO
      || (n->gdev == ov->root_dev && n->gino != n->ino))
    /* Its number is not what the ground's would be: keep it while it has a
       name.  */
    if (!ov_is_dead (n))
      return false;
  if (ov_is_dead (n))
    return n->names == NULL && n->gino == 0;
  return nothing_held (n) && n->translator_len == 0;
}

bool
ov_is_applied (const struct ov_node *n)
{
  return n->gino != 0 && nothing_held (n);
}

/* E no longer denotes its target.  */
static void
unhint (struct overlay *ov, struct ov_name *e)
{
  struct ov_node *target = e->target ? ov_find (ov, e->target) : NULL;
  if (target && target->hint == e)
    target->hint = NULL;
}

static void
free_name (struct overlay *ov, struct ov_name *e)
{
  unhint (ov, e);
  struct ov_name **p
    = &ov->names[hash_name (e->dir->ino, e->name) & (ov->room_names - 1)];
  while (*p != e)
    p = &(*p)->hash_next;
  *p = e->hash_next;
  if (e->next)
    e->next->prevp = e->prevp;
  *e->prevp = e->next;
  ov->nnames--;
  free (e);
}

void
ov_remove (struct overlay *ov, struct ov_node *n)
{
  struct ov_node **p = &ov->nodes[mix (n->ino, 0) & (ov->room_nodes - 1)];

  while (*p && *p != n)
    p = &(*p)->hash_next;
  if (*p)
    *p = n->hash_next;
  if (n->gino != 0)
    remove_ground (ov, n);
  ov->nnodes--;
  while (n->names)
    free_name (ov, n->names);
  for (size_t i = 0; i < n->npages; i++)
    free (n->pages[i].data);
  ov->held_pages -= n->npages;
  free (n->pages);
  free (n->gname);
  free (n->target);
  free (n->translator);
  free (n);
}

void
ov_destroy (struct overlay *ov)
{
  for (size_t i = 0; ov->nodes && i < ov->room_nodes; i++)
    while (ov->nodes[i])
      ov_remove (ov, ov->nodes[i]);
  free (ov->nodes);
  free (ov->ground);
  free (ov->names);
  memset (ov, 0, sizeof *ov);
}

struct ov_name *
ov_name (struct overlay *ov, struct ov_node *dir, const char *name)
{
  struct ov_name *e
    = ov->names[hash_name (dir->ino, name) & (ov->room_names - 1)];
  while (e && (e->dir != dir || strcmp (e->name, name) != 0))
    e = e->hash_next;
  return e;
}

static void
grow_names (struct overlay *ov)
{
  size_t old = ov->room_names, room = old * 2;
  struct ov_name **was = ov->names, **names = calloc (room, sizeof *names);

  if (names == NULL)
    return;
  ov->names = names;
  ov->room_names = room;
  for (size_t i = 0; i < old; i++)
    for (struct ov_name *e = was[i], *next; e; e = next)
      {
	size_t h = hash_name (e->dir->ino, e->name) & (room - 1);
	next = e->hash_next;
	e->hash_next = names[h];
	names[h] = e;
      }
  free (was);
}

error_t
ov_set_name (struct overlay *ov, struct ov_node *dir, const char *name,
	     struct ov_node *target, struct ov_node *was)
{
  struct ov_name *e = ov_name (ov, dir, name);

  if (e == NULL)
    {
      e = malloc (sizeof *e + strlen (name) + 1);
      if (e == NULL)
	return ENOMEM;
      if (++ov->nnames > ov->room_names)
	grow_names (ov);
      size_t h = hash_name (dir->ino, name) & (ov->room_names - 1);
      e->hash_next = ov->names[h];
      ov->names[h] = e;
      e->dir = dir;
      e->target = 0;
      e->was = was && was->gino ? was->ino : 0;
      strcpy (e->name, name);
      e->next = dir->names;
      if (e->next)
	e->next->prevp = &e->next;
      e->prevp = &dir->names;
      dir->names = e;
    }
  else
    unhint (ov, e);
  e->target = target ? target->ino : 0;
  e->epoch = ov->epoch;
  if (target)
    {
      target->renamed = true;
      target->hint = e;
    }
  return 0;
}

void
ov_forget_name (struct overlay *ov, struct ov_name *e)
{
  free_name (ov, e);
}

void
ov_touch (struct overlay *ov, struct ov_node *n, uint32_t which)
{
  n->held |= which;
  n->epoch = ov->epoch;
  if (which & OV_NLINK)
    n->nlink_epoch = ov->epoch;
}

bool
ov_is_dead (const struct ov_node *n)
{
  return (n->held & OV_NLINK) && n->nlink == 0;
}
