/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audit.c - accounting for each block: it is free, in limbo, or needed by
   something, and only one of them; what is dead is needed by a checkpoint, and what
   is needed by checkpoints only is dead.  */

#include "priv.h"

enum
{
  FIXED = 1, FREE, LIMBO, GENERAL, NODE, PAGE, RECORD,	/* The class.  */
  CLASS = 15,
  HEAD = 16,			/* The last state has it.  */
  DEAD = 32,			/* It is on a dead list.  */
  ONE = 64			/* References of the last state.  */
};

struct audit
{
  struct walk w;		/* First.  */
  struct walk *parent;
  uint32_t *map;
  uint64_t n;
  bool head;
  uint64_t free, limbo;
};

static error_t
bad (struct audit *a, uint64_t block, const char *what)
{
  a->parent->number = a->w.number;
  return a->parent->damage (a->parent, EILSEQ, block, NULL, what);
}

static error_t
mark (struct audit *a, uint64_t block, uint32_t class)
{
  if (block >= a->n)
    return bad (a, block, "space: block outside of the store");
  uint32_t *m = &a->map[block], was = *m & CLASS;
  if (was && (was != class || class < NODE))
    return bad (a, block, "space: block used twice");
  *m |= class | (a->head ? HEAD : 0);
  return 0;
}

static error_t
mark_node (struct walk *w, uint64_t block)
{
  struct audit *a = (struct audit *) w;
  return mark (a, block, NODE);
}

static error_t
mark_general (struct walk *w, uint64_t block)
{
  return mark ((struct audit *) w, block, GENERAL);
}

static error_t
mark_page (struct walk *w, const struct kv *e)
{
  struct audit *a = (struct audit *) w;
  error_t err = mark (a, PTR_BLOCK (e->v[0]), PAGE);
  if (!err && a->head && PTR_BLOCK (e->v[0]) < a->n)
    a->map[PTR_BLOCK (e->v[0])] += ONE;
  return err;
}

static error_t
damage (struct walk *w, error_t err, uint64_t block, const struct kv *e,
	const char *what)
{
  struct audit *a = (struct audit *) w;
  return a->parent->damage (a->parent, err, block, e, what);
}

static error_t
mark_extent (struct audit *a, uint64_t first, uint64_t count, uint32_t class)
{
  error_t err = 0;
  for (uint64_t i = 0; i < count && i < a->n && !err; i++)
    err = mark (a, first + i, class);
  return err;
}

static error_t
mark_checkpoint (struct audit *a, const struct kv *ckpt)
{
  struct store *s = a->w.store;
  struct recref rec = { ckpt->v[0], ckpt->v[2], 0 };
  struct store_ckpt c;
  error_t err = ckpt_load (s, &rec, &c);
  if (err)
    return err;
  a->w.number = ckpt->k.lo;
  err = walk_tree (&a->w, &c.st.p, &c.p, true);
  map_clear (&c.p);

  /* The same records as ckpt_load has read, which found them in order.  */
  for (bool first = true;
       !err && (first || (rec.ptr && rec.seq >= c.st.since_p)); first = false)
    {
      struct state st;
      uint64_t *blocks;
      size_t n;
      err = record_read (s, &rec, &st, NULL, NULL, &blocks, &n);
      if (err)
	return err;
      for (size_t i = 0; i < n && !err; i++)
	err = mark (a, blocks[i], RECORD);
      free (blocks);
      rec = st.prev_page;
    }
  return err;
}

/* Mark what the general tree says; second, what it says of dead blocks.  */
static error_t
mark_entries (struct audit *a, bool second)
{
  struct store *s = a->w.store;
  struct view g = head_g (s);
  struct key k = KEY (0, 0);
  struct kv e;
  error_t err;

  while ((err = view_ceil (&g, k, &e)) == 0)
    {
      if (!second && GKIND (e.k) == G_FREE)
	{
	  a->free += e.v[1];
	  err = mark_extent (a, e.k.lo - e.v[1] + 1, e.v[1], FREE);
	}
      else if (!second && GKIND (e.k) == G_LIMBO)
	{
	  a->limbo += e.v[1];
	  err = mark_extent (a, e.k.lo, e.v[1], LIMBO);
	}
      else if (!second && GKIND (e.k) == G_CKPT)
	err = mark_checkpoint (a, &e);
      else if (second && GKIND (e.k) == G_DUP && e.k.lo < a->n)
	a->map[e.k.lo] -= e.v[1] * ONE;
      else if (second && GKIND (e.k) == G_DEAD)
	for (uint64_t b = e.k.lo; b < e.k.lo + e.v[0] && b < a->n; b++)
	  {
	    if (!(a->map[b] & CLASS) && GSUB (e.k) == s->st.dropping)
	      a->map[b] |= LIMBO;
	    else if (!(a->map[b] & CLASS))
	      err = bad (a, b, "space: dead block that nothing needs");
	    a->map[b] |= DEAD;
	  }
      if (err)
	return err;
      k = e.k;
      if (!key_next (&k))
	break;
    }
  return err == ENOENT ? 0 : err;
}

static error_t
mark_head (struct audit *a)
{
  struct store *s = a->w.store;
  error_t err = 0;
  a->w.number = 0;
  a->head = true;
  for (struct link *l = s->links; l && !err; l = l->next)
    for (size_t i = 0; i < l->n && !err; i++)
      err = mark (a, l->block[i], l->page ? RECORD : GENERAL);
  if (!err)
    err = walk_tree (&a->w, &s->st.p, &s->p, true);
  a->w.node = mark_general;
  if (!err)
    err = walk_tree (&a->w, &s->st.g, NULL, false);
  a->head = false;
  return err;
}

error_t
walk_audit (struct walk *parent)
{
  struct store *s = parent->store;
  struct audit a = { .w = { .store = s, .node = mark_node, .page = mark_page,
			    .damage = damage },
		     .parent = parent, .n = s->st.nblocks };
  a.map = calloc (a.n, sizeof *a.map);
  if (!a.map)
    return ENOMEM;

  error_t err = mark_extent (&a, 0, BLOCK_JOURNAL + s->journal_blocks, FIXED);
  if (!err)
    err = mark_entries (&a, false);
  if (!err)
    err = mark_head (&a);
  if (!err)
    err = mark_entries (&a, true);
  for (uint64_t b = 0; b < a.n && !err; b++)
    {
      uint32_t m = a.map[b], class = m & CLASS;
      if (!class)
	err = bad (&a, b, "space: block lost");
      else if (class >= NODE && !(m & HEAD) == !(m & DEAD))
	err = bad (&a, b, m & HEAD ? "space: block both live and dead"
		   : "space: block of a checkpoint on no list");
      else if (class == PAGE && m & HEAD && m / ONE != 1)
	err = bad (&a, b, "space: wrong number of references");
    }
  if (!err && (a.free != s->st.free || a.limbo != s->st.limbo))
    err = bad (&a, 0, "space: wrong number of free blocks");
  free (a.map);
  return err;
}
