/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After an apply: what the ground has now need not be held.  */

#include <stdlib.h>
#include <string.h>
#include "overlay-private.h"

/* The pages that were not written to after EPOCH.  */
static void
drop_pages (struct overlay *ov, struct ov_node *n, uint64_t epoch)
{
  size_t kept = 0;

  for (size_t i = 0; i < n->npages; i++)
    if (n->pages[i].epoch <= epoch)
      free (n->pages[i].data);
    else
      n->pages[kept++] = n->pages[i];
  ov->held_pages -= n->npages - kept;
  n->npages = kept;
  if (kept == 0)
    {
      free (n->pages);
      n->pages = NULL;
      n->pages_room = 0;
    }
}

bool
ov_has_ctime (const struct ov_node *n, struct ov_time ctime)
{
  return (n->applied.sec > ctime.sec
	  || (n->applied.sec == ctime.sec && n->applied.sec != 0
	      && n->applied.nsec >= ctime.nsec));
}

static void
settle (struct overlay *ov, struct ov_node *n, const struct ov_plan *plan)
{
  uint64_t epoch = plan->epoch;

  n->renamed = false;
  if (ov_is_dead (n))
    {
      /* The ground has given it up, and may use its number again.  */
      if (n->nlink_epoch <= epoch && n->gino != 0)
	ov_set_ground (ov, n, n->gdev, 0);
      return;
    }
  /* What has no place was not in the redo.  */
  if (n->gino == 0 || n->pinned || ov_is_lost (n))
    return;
  drop_pages (ov, n, epoch);
  if (n->epoch <= epoch)
    {
      if (n->held & OV_CTIME)
	n->applied = plan->applied;
      n->held = 0;
    }
  n->gvalid = n->gcut_epoch > epoch ? n->gcut : UINT64_MAX;
}

static int
by_name (const void *a, const void *b)
{
  const struct ov_placed *x = a, *y = b;
  if (x->dir != y->dir)
    return x->dir < y->dir ? -1 : 1;
  return strcmp (x->name, y->name);
}

/* If the name under which N was known has gone to somebody else, it is known
   by another that it still has, or by none until it is met again.  */
static void
check_place (struct overlay *ov, struct ov_node *n,
	     const struct ov_plan *plan)
{
  struct ov_placed key = { .dir = n->gparent, .name = n->gname };
  struct ov_placed *p;

  if (n->gino == 0 || n->fsroot || plan->n == 0 || n->gname == NULL)
    return;
  p = bsearch (&key, plan->placed, plan->n, sizeof key, by_name);
  if (p == NULL || p->ino == n->ino)
    return;
  n->gparent = 0;
  for (size_t i = 0; i < ov->room_names; i++)
    for (struct ov_name *e = ov->names[i]; e; e = e->hash_next)
      if (e->was == n->ino && ov_set_place (n, e->dir->ino, e->name) == 0)
	return;
}

/* Is N known by a name that it has on the ground and is to keep?  */
static bool
has_good_place (struct overlay *ov, const struct ov_node *n)
{
  struct ov_node *dir = n->gparent ? ov_find (ov, n->gparent) : NULL;
  return n->gino != 0 && dir && n->gname && ov_name (ov, dir, n->gname) == NULL;
}

/* Note what was placed, if its name is still as it was then, or not (STILL).  */
static void
place (struct overlay *ov, const struct ov_placed *p, uint64_t epoch,
       bool still)
{
  struct ov_node *dir = ov_find (ov, p->dir);
  struct ov_node *n = p->ino ? ov_find (ov, p->ino) : NULL;
  struct ov_name *e = dir ? ov_name (ov, dir, p->name) : NULL;

  if ((e == NULL || e->epoch <= epoch) != still)
    return;
  if (n && !still && n->gino == p->gino && has_good_place (ov, n))
    return;
  if (n && dir && p->gino != 0 && ov_set_place (n, p->dir, p->name) == 0)
    {
      ov_set_ground (ov, n, dir->gdev, p->gino);
      ov_same_generation (n, p->ggen);
    }
  if (e && still)
    ov_forget_name (ov, e);
}

void
ov_applied (struct overlay *ov, const struct ov_plan *plan)
{
  qsort (plan->placed, plan->n, sizeof *plan->placed, by_name);
  for (size_t i = 0; i < plan->n; i++)
    {
      struct ov_node *dir = ov_find (ov, plan->placed[i].dir);
      struct ov_name *e = dir ? ov_name (ov, dir, plan->placed[i].name) : NULL;
      if (e)
	e->was = plan->placed[i].ino;
    }
  for (size_t i = 0; i < ov->room_nodes; i++)
    for (struct ov_node *n = ov->nodes[i]; n; n = n->hash_next)
      check_place (ov, n, plan);
  /* A name that is held anew already is the worse one to be known by.  */
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < plan->n; i++)
      place (ov, &plan->placed[i], plan->epoch, pass == 1);
  for (size_t i = 0; i < ov->room_nodes; i++)
    for (struct ov_node *n = ov->nodes[i]; n; n = n->hash_next)
      settle (ov, n, plan);
  for (size_t i = 0; i < ov->room_names; i++)
    for (struct ov_name *e = ov->names[i]; e; e = e->hash_next)
      {
	struct ov_node *n = e->target ? ov_find (ov, e->target) : NULL;
	if (n)
	  n->renamed = true;
      }
}
