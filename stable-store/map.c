/* SPDX-License-Identifier: GPL-3.0-or-later */
/* map.c - sorted maps of index entries in memory: a treap.  Priorities come from
   a fixed sequence, so that a run can be repeated exactly.  */

#include "priv.h"

void
map_init (struct map *m)
{
  m->root = NULL;
  m->count = 0;
  m->rnd = 2463534242u;
}

static void
free_all (struct mnode *n)
{
  while (n)
    {
      struct mnode *right = n->right;
      free_all (n->left);
      free (n);
      n = right;
    }
}

void
map_clear (struct map *m)
{
  free_all (m->root);
  map_init (m);
}

struct kv *
map_get (const struct map *m, struct key k)
{
  struct mnode *n = m->root;
  while (n)
    {
      int c = key_cmp (k, n->e.k);
      if (c == 0)
	return &n->e;
      n = c < 0 ? n->left : n->right;
    }
  return NULL;
}

struct kv *
map_ceil (const struct map *m, struct key k)
{
  struct mnode *n = m->root;
  struct kv *best = NULL;
  while (n)
    {
      int c = key_cmp (k, n->e.k);
      if (c == 0)
	return &n->e;
      if (c < 0)
	{
	  best = &n->e;
	  n = n->left;
	}
      else
	n = n->right;
    }
  return best;
}

/* Split N into what is less than K and what is greater (K is not in it).  */
static void
split (struct mnode *n, struct key k, struct mnode **less,
       struct mnode **greater)
{
  while (n)
    if (key_cmp (n->e.k, k) < 0)
      {
	*less = n;
	less = &n->right;
	n = n->right;
      }
    else
      {
	*greater = n;
	greater = &n->left;
	n = n->left;
      }
  *less = *greater = NULL;
}

/* Join LESS and GREATER, all of which keep their order.  */
static struct mnode *
join (struct mnode *less, struct mnode *greater)
{
  struct mnode *root = NULL, **link = &root;
  while (less && greater)
    if (less->prio >= greater->prio)
      {
	*link = less;
	link = &less->right;
	less = less->right;
      }
    else
      {
	*link = greater;
	link = &greater->left;
	greater = greater->left;
      }
  *link = less ? less : greater;
  return root;
}

/* Insert N, whose key is not there.  */
static void
insert (struct map *m, struct mnode *n)
{
  m->rnd ^= m->rnd << 13;
  m->rnd ^= m->rnd >> 17;
  m->rnd ^= m->rnd << 5;
  n->prio = m->rnd;

  struct mnode **link = &m->root;
  while (*link && (*link)->prio >= n->prio)
    link = (key_cmp (n->e.k, (*link)->e.k) < 0
	    ? &(*link)->left : &(*link)->right);
  struct mnode *below = *link;
  *link = n;
  split (below, n->e.k, &n->left, &n->right);
  m->count++;
}

error_t
map_add (struct map *m, const struct kv *e)
{
  struct mnode *n = malloc (sizeof *n);
  if (!n)
    return ENOMEM;
  n->e = *e;
  insert (m, n);
  return 0;
}

error_t
map_put (struct map *m, const struct kv *e)
{
  struct kv *old = map_get (m, e->k);
  if (!old)
    return map_add (m, e);
  *old = *e;
  return 0;
}

void
map_remove (struct map *m, struct key k)
{
  struct mnode **link = &m->root;
  while (*link)
    {
      struct mnode *n = *link;
      int c = key_cmp (k, n->e.k);
      if (c == 0)
	{
	  *link = join (n->left, n->right);
	  free (n);
	  m->count--;
	  return;
	}
      link = c < 0 ? &n->left : &n->right;
    }
}

static void
merge_nodes (struct map *into, struct mnode *n, uint64_t seq)
{
  while (n)
    {
      struct mnode *right = n->right;
      merge_nodes (into, n->left, seq);
      n->e.seq = seq;

      struct kv *old = map_get (into, n->e.k);
      if (old && n->e.del && old->fresh)
	map_remove (into, n->e.k);	/* It never reached the tree.  */
      else if (old)
	{
	  n->e.fresh = old->fresh;
	  *old = n->e;
	}
      else
	{
	  insert (into, n);
	  n = NULL;
	}
      free (n);
      n = right;
    }
}

void
map_merge (struct map *into, struct map *from, uint64_t seq)
{
  merge_nodes (into, from->root, seq);
  map_init (from);
}

static error_t
walk_nodes (struct mnode *n, error_t (*each) (void *arg, struct kv *e),
	    void *arg)
{
  error_t err = 0;
  for (; n && !err; n = n->right)
    {
      err = walk_nodes (n->left, each, arg);
      if (!err)
	err = each (arg, &n->e);
    }
  return err;
}

error_t
map_walk (struct map *m, error_t (*each) (void *arg, struct kv *e), void *arg)
{
  return walk_nodes (m->root, each, arg);
}

static error_t
list_nodes (const struct mnode *n, struct kvs *out)
{
  error_t err = 0;
  for (; n && !err; n = n->right)
    {
      err = list_nodes (n->left, out);
      if (!err)
	err = kvs_add (out, &n->e);
    }
  return err;
}

error_t
map_flatten (const struct map *above, const struct map *into,
	     struct kvs *out)
{
  struct kvs a = { 0 }, b = { 0 };
  size_t i = 0, j = 0;
  error_t err = kvs_room (out, out->n + into->count
			  + (above ? above->count : 0));
  if (!err && (!above || !above->root))
    return list_nodes (into->root, out);
  if (!err)
    err = kvs_room (&b, into->count);
  if (!err)
    err = list_nodes (into->root, &b);
  if (!err && above)
    err = list_nodes (above->root, &a);
  while (!err && (i < a.n || j < b.n))
    {
      int c = (i == a.n ? 1 : j == b.n ? -1
	       : key_cmp (a.e[i].k, b.e[j].k));
      err = kvs_add (out, c <= 0 ? &a.e[i] : &b.e[j]);
      i += c <= 0;
      j += c >= 0;
    }
  free (a.e);
  free (b.e);
  return err;
}
