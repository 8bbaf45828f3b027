/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parent.c - which checkpoint went on from which: the history as a tree.

   On the disk the history is a line (commit.c).  Mostly the parent of a checkpoint
   is the one before it; where it is not, because `store_revert' made it, there is an
   entry.  The parent is always one that is there: when it is dropped, its own
   parent takes its place.  */

#include "priv.h"

error_t
parent_get (const struct view *g, uint64_t number, uint64_t before,
	    uint64_t *parent)
{
  struct kv e;
  error_t err = view_get (g, GKEY (G_PARENT, 0, number), &e);
  *parent = err ? before : e.v[1];
  return err == ENOENT ? 0 : err;
}

error_t
parent_put (const struct view *g, uint64_t number, uint64_t parent)
{
  return view_put (g, GKEY (G_PARENT, 0, number), 0, parent, 0);
}

error_t
parent_drop (const struct view *g, uint64_t number, uint64_t before,
	     uint64_t next)
{
  struct key k = GKEY (G_PARENT, 0, 0);
  struct kv e;
  uint64_t parent;
  error_t err = parent_get (g, number, before, &parent);

  /* The next one had it as its parent without an entry?  It will be BEFORE if
     nothing is said.  */
  if (!err && parent != before)
    {
      err = view_get (g, GKEY (G_PARENT, 0, next), &e);
      if (err == ENOENT)
	err = parent_put (g, next, parent);
    }
  while (!err && (err = view_ceil (g, k, &e)) == 0
	 && GKIND (e.k) == G_PARENT)
    {
      if (e.k.lo == number)
	err = view_del (g, e.k);
      else if (e.v[1] == number)
	err = parent_put (g, e.k.lo, parent);
      k = e.k;
      key_next (&k);
    }
  return err == ENOENT ? 0 : err;
}
