/* SPDX-License-Identifier: GPL-3.0-or-later */
/* apply.c - merging a batch of changes into a tree, copy on write.

   A node that a change must go into is read, and its new content goes to a list
   together with that of its touched neighbours; the list is cut into nodes of
   equal size.  A short rest takes its untouched neighbour in, so that nodes stay
   filled; everything else stays where it is on the disk.  */

#include "priv.h"

struct apply
{
  uint64_t since;
  struct store_txn *txn;
  error_t (*kill) (struct store_txn *, const uint64_t[3]);
  uint64_t nodes;
};

static size_t
encoded_size (const struct kv *e, size_t n)
{
  uint8_t tmp[ENTRY_MAX];
  size_t sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += entry_encode (tmp, i ? &e[i - 1] : NULL, &e[i]);
  return sum;
}

/* Write entries of E (at most N) as one node of LEVEL with about TARGET bytes;
   *TAKEN tells how many went in, *REF gets the reference, its key the first
   entry's, and the bytes used are taken from *BYTES.  */
static error_t
write_node (struct apply *a, const struct kv *e, size_t n, uint32_t level,
	    size_t target, size_t *taken, size_t *bytes, struct kv *ref)
{
  struct store_txn *txn = a->txn;
  uint8_t raw[STORE_PAGE], tmp[ENTRY_MAX];
  size_t used = 0, i;
  uint64_t block;

  memset (raw, 0, sizeof raw);
  for (i = 0; i < n && (used < target || i == 0); i++)
    {
      size_t size = entry_encode (tmp, i ? &e[i - 1] : NULL, &e[i]);
      if (used + size > NODE_ROOM)
	break;
      memcpy (raw + NODE_HEAD + used, tmp, size);
      used += size;
    }
  assert (i > 0);

  error_t err = space_alloc (txn, &block);
  if (err)
    return err;
  node_encode_head (raw, level, i, used, block, txn->birth);
  node_cache_drop (txn->store, block);
  err = wbuf_write (txn, block, raw);
  if (err)
    return err;
  txn->meta_blocks++;
  a->nodes++;
  *taken = i;
  *bytes -= used < *bytes ? used : *bytes;
  *ref = (struct kv) {
    .k = e[0].k,
    .v = { PTR (block), txn->birth,
	   store_hash (txn->store, raw, STORE_PAGE) }
  };
  return 0;
}

/* Cut BUF into nodes of LEVEL, add their references to OUT, empty BUF.  */
static error_t
pack (struct apply *a, struct kvs *buf, uint32_t level, struct kvs *out)
{
  size_t bytes = encoded_size (buf->e, buf->n), done = 0;

  while (done < buf->n)
    {
      size_t nodes = bytes / NODE_ROOM + 1, taken;
      size_t target = bytes / nodes + 1;
      struct kv ref;
      error_t err = write_node (a, buf->e + done, buf->n - done, level,
				target, &taken, &bytes, &ref);
      if (!err)
	err = kvs_add (out, &ref);
      if (err)
	return err;
      done += taken;
    }
  buf->n = 0;
  return 0;
}

static error_t
drop_node (struct apply *a, const uint64_t ref[3])
{
  a->nodes--;
  node_cache_drop (a->txn->store, PTR_BLOCK (ref[0]));
  return a->kill (a->txn, ref);
}

/* Add the entries of leaf NODE, changed by the N CHANGES, to OUT.  */
static error_t
merge_leaf (const struct node *node, struct kv *changes, size_t n,
	    struct kvs *out)
{
  size_t i = 0, j = 0;
  uint32_t have = node ? node->n : 0;
  error_t err = 0;

  while (!err && (i < have || j < n))
    {
      int c = (i == have ? 1 : j == n ? -1
	       : key_cmp (node->e[i].k, changes[j].k));
      if (c < 0)
	err = kvs_add (out, &node->e[i++]);
      else
	{
	  if (!changes[j].del)
	    err = kvs_add (out, &changes[j]);
	  changes[j++].merged = true;
	  i += c == 0;
	}
    }
  return err;
}

/* Add what the node REF of LEVEL contains after the N CHANGES to OUT, and kill
   the node.  N may be 0: then its content is only moved.  */
static error_t
content (struct apply *a, const uint64_t ref[3], uint32_t level,
	 struct kv *changes, size_t n, struct kvs *out)
{
  struct node *node;
  error_t err = node_get (a->txn->store, ref, level, &node);
  if (err)
    return err;
  if (level == 0 || n == 0)
    {
      err = merge_leaf (node, changes, n, out);
      goto out;
    }

  struct kvs buf = { 0 };
  for (uint32_t i = 0; i < node->n && !err; i++)
    {
      size_t m = 0;
      bool must = false;
      for (; m < n && (i + 1 == node->n
		       || key_cmp (changes[m].k, node->e[i + 1].k) < 0); m++)
	must |= changes[m].seq < a->since;

      if (must
	  || (buf.n && encoded_size (buf.e, buf.n) < NODE_ROOM / 3))
	err = content (a, node->e[i].v, level - 1, changes, m, &buf);
      else
	{
	  if (buf.n)
	    err = pack (a, &buf, level - 1, out);
	  if (!err)
	    err = kvs_add (out, &node->e[i]);
	}
      changes += m;
      n -= m;
    }
  if (!err && buf.n)
    err = pack (a, &buf, level - 1, out);
  free (buf.e);

 out:
  node_put (node);
  if (!err)
    err = drop_node (a, ref);
  return err;
}

error_t
tree_apply (struct store_txn *txn, struct tree *tree,
	    struct kvs *changes, uint64_t since,
	    error_t (*kill) (struct store_txn *, const uint64_t[3]))
{
  struct apply a = { since, txn, kill, tree->nodes };
  struct kvs list = { 0 }, next = { 0 };
  uint32_t level = tree->level;
  uint64_t ref[3] = { tree->ptr, tree->birth, tree->hash };
  error_t err;

  bool must = false;
  for (size_t i = 0; i < changes->n; i++)
    must |= changes->e[i].seq < since;
  if (!must)
    return 0;
  if (tree->ptr)
    err = content (&a, ref, level, changes->e, changes->n, &list);
  else
    {
      level = 0;
      err = merge_leaf (NULL, changes->e, changes->n, &list);
    }

  /* LIST is the content of the level LEVEL.  A single reference is the root.  */
  struct kv root = { .v = { 0 } };
  while (!err && list.n && !(level > 0 && list.n == 1))
    {
      next.n = 0;
      err = pack (&a, &list, level, &next);
      struct kvs swap = list;
      list = next;
      next = swap;
      level++;
    }
  if (!err && list.n)
    root = list.e[0];
  if (!err && level > LEVEL_MAX)
    err = EFBIG;
  if (!err)
    *tree = (struct tree) { root.v[0], root.v[1], root.v[2],
			    level ? level - 1 : 0, a.nodes };
  free (list.e);
  free (next.e);
  return err;
}

#define NEW_ENTRY 14		/* Bytes, about.  */

static error_t
cost_of (struct store *store, const uint64_t ref[3], uint32_t level,
	 const struct kv *changes, size_t n, uint64_t since, uint64_t *cost)
{
  struct node *node;
  error_t err = node_get (store, ref, level, &node);
  if (err)
    return err;
  ++*cost;
  /* A leaf that becomes too full is two then.  */
  if (level == 0)
    {
      *cost += node->used + n * NEW_ENTRY > NODE_ROOM;
      n = 0;
    }
  for (uint32_t i = 0; i < node->n && n && !err; i++)
    {
      size_t m = 0;
      bool must = false;
      for (; m < n && (i + 1 == node->n
		       || key_cmp (changes[m].k, node->e[i + 1].k) < 0); m++)
	must |= changes[m].seq < since;
      if (must)
	err = cost_of (store, node->e[i].v, level - 1, changes, m, since,
		       cost);
      changes += m;
      n -= m;
    }
  node_put (node);
  return err;
}

error_t
tree_cost (struct store *store, const struct tree *tree,
	   const struct kvs *changes, uint64_t since, uint64_t *cost)
{
  uint64_t ref[3] = { tree->ptr, tree->birth, tree->hash };
  bool must = false;
  *cost = 0;
  for (size_t i = 0; i < changes->n; i++)
    must |= changes->e[i].seq < since;
  if (!must)
    return 0;
  if (!tree->ptr)
    {
      *cost = 1;
      return 0;
    }
  return cost_of (store, ref, tree->level, changes->e, changes->n, since,
		  cost);
}
