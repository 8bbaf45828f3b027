/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.c - looking up in a tree on the disk.  */

#include "priv.h"

static error_t
ceil_in (struct store *store, const uint64_t ref[3], uint32_t level,
	 struct key k, struct kv *e)
{
  struct node *node;
  error_t err = node_get (store, ref, level, &node);
  if (err)
    return err;

  /* I = the number of entries with a key < K (in a leaf), <= K (above).  */
  uint32_t lo = 0, hi = node->n;
  while (lo < hi)
    {
      uint32_t mid = lo + (hi - lo) / 2;
      int c = key_cmp (node->e[mid].k, k);
      if (level == 0 ? c < 0 : c <= 0)
	lo = mid + 1;
      else
	hi = mid;
    }

  err = ENOENT;
  if (level == 0)
    {
      if (lo < node->n)
	{
	  *e = node->e[lo];
	  err = 0;
	}
    }
  else
    {
      /* The child whose range K is in, or, if there is nothing behind K, the
	 next, which begins behind it.  */
      uint32_t i = lo ? lo - 1 : 0;
      err = ceil_in (store, node->e[i].v, level - 1, k, e);
      if (err == ENOENT && i + 1 < node->n)
	err = ceil_in (store, node->e[i + 1].v, level - 1, k, e);
    }
  node_put (node);
  return err;
}

error_t
tree_ceil (struct store *store, const struct tree *tree, struct key k,
	   struct kv *e)
{
  if (!tree->ptr)
    return ENOENT;
  uint64_t ref[3] = { tree->ptr, tree->birth, tree->hash };
  return ceil_in (store, ref, tree->level, k, e);
}
