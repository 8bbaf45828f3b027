/* SPDX-License-Identifier: GPL-3.0-or-later */
/* walk.c - going through a tree, leaving out what is older than a checkpoint.
   History is a line: what is in a checkpoint and not younger than the one before
   it is in that one too.  A node is as young as the youngest entry in it.  */

#include "priv.h"

static error_t
walk_node (struct walk *w, const uint64_t ref[3], uint32_t level,
	   const struct map *over, bool pages)
{
  struct node *node;
  if (ref[1] <= w->since)
    return 0;

  if (w->visited++ > w->store->limit)
    return w->damage (w, EILSEQ, PTR_BLOCK (ref[0]), NULL,
		      "tree: more nodes than blocks");

  /* The cache must not answer for the disk.  */
  node_cache_drop (w->store, PTR_BLOCK (ref[0]));
  error_t err = node_get (w->store, ref, level, &node);
  if (err)
    return w->damage (w, err, PTR_BLOCK (ref[0]), NULL, "node");
  if (w->node)
    err = w->node (w, PTR_BLOCK (ref[0]));
  for (uint32_t i = 0; i < node->n && !err; i++)
    {
      const struct kv *e = &node->e[i];
      if (level > 0)
	err = walk_node (w, e->v, level - 1, over, pages);
      else if (pages && e->k.lo != 0 && e->v[1] > w->since && w->page
	       && !map_get (over, e->k))
	err = w->page (w, e);
    }
  node_put (node);
  return err;
}

/* Walk through TREE and, if it is one of PAGES, through OVER above it.  */
error_t
walk_tree (struct walk *w, const struct tree *tree, const struct map *over,
	   bool pages)
{
  error_t err = 0;
  w->visited = 0;
  if (tree->ptr)
    {
      uint64_t ref[3] = { tree->ptr, tree->birth, tree->hash };
      err = walk_node (w, ref, tree->level, over, pages);
    }

  struct key k = KEY (0, 0);
  const struct kv *e;
  while (!err && pages && w->page && (e = map_ceil (over, k)))
    {
      if (!e->del && e->k.lo != 0 && e->v[1] > w->since)
	err = w->page (w, e);
      k = e->k;
      if (!key_next (&k))
	break;
    }
  return err;
}
