/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node.c - reading tree nodes, with a small cache in memory.

   A node is one block: magic (4 bytes), level (4), count (4), bytes used (4), own
   block number (8), birth (8), then the entries of codec.c.  Its hash is in its
   parent, so a node that was written elsewhere, or long ago, is noticed.  */

#include "priv.h"

#define NODE_MAGIC 0x646f4e50	/* "PNod" */

static bool
decode (struct node **out, const uint8_t *raw, uint64_t block,
	uint32_t level)
{
  uint32_t n = get32 (raw + 8), used = get32 (raw + 12), all = used;
  if (get32 (raw) != NODE_MAGIC || get32 (raw + 4) != level
      || get64 (raw + 16) != block || used > NODE_ROOM || n == 0 || n > used)
    return false;

  struct node *node = malloc (sizeof *node + n * sizeof node->e[0]);
  *out = node;
  if (!node)
    return true;
  const uint8_t *p = raw + NODE_HEAD;
  for (uint32_t i = 0; i < n; i++)
    {
      size_t size = entry_decode (p, used, i ? &node->e[i - 1] : NULL,
				  &node->e[i]);
      if (size == 0 || node->e[i].del)
	{
	  free (node);
	  return false;
	}
      p += size;
      used -= size;
    }
  node->refs = 1;
  node->level = level;
  node->n = n;
  node->used = all;
  return true;
}

void
node_put (struct node *node)
{
  if (node && --node->refs == 0)
    free (node);
}

void
node_cache_drop (struct store *store, uint64_t block)
{
  struct node **slot = &store->cache[block % CACHE_SLOTS];
  if (*slot && PTR_BLOCK ((*slot)->ptr) == block)
    {
      node_put (*slot);
      *slot = NULL;
    }
}

void
node_cache_clear (struct store *store)
{
  for (size_t i = 0; i < CACHE_SLOTS; i++)
    {
      node_put (store->cache[i]);
      store->cache[i] = NULL;
    }
}

error_t
node_get (struct store *store, const uint64_t ref[3], uint32_t level,
	  struct node **node)
{
  uint64_t block = PTR_BLOCK (ref[0]);
  struct node **slot = &store->cache[block % CACHE_SLOTS];

  if (*slot && (*slot)->ptr == ref[0] && (*slot)->hash == ref[2]
      && (*slot)->level == level)
    {
      *node = *slot;
      (*node)->refs++;
      return 0;
    }

  uint8_t raw[STORE_PAGE];
  const uint8_t *buffered = store->txn ? wbuf_find (store->txn, block) : NULL;
  if (buffered)
    memcpy (raw, buffered, STORE_PAGE);
  else
    {
      error_t err = dev_read (store, block, 1, raw, "index node");
      if (err)
	return err;
    }
  if (!hash_ok (store_hash (store, raw, STORE_PAGE), ref[2])
      || !decode (node, raw, block, level))
    return store_fail (store, EILSEQ,
		       "block %llu: index node does not verify",
		       (unsigned long long) block);
  if (!*node)
    return ENOMEM;
  (*node)->ptr = ref[0];
  (*node)->hash = ref[2];

  node_put (*slot);
  *slot = *node;
  (*node)->refs++;
  return 0;
}

void
node_encode_head (uint8_t *raw, uint32_t level, uint32_t n, uint32_t used,
		  uint64_t block, uint64_t birth)
{
  put32 (raw, NODE_MAGIC);
  put32 (raw + 4, level);
  put32 (raw + 8, n);
  put32 (raw + 12, used);
  put64 (raw + 16, block);
  put64 (raw + 24, birth);
}
