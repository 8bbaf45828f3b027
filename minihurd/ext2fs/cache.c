/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See cache.h.  */

#include "cache.h"
#include <stdlib.h>
#include <string.h>

static struct block **
slot (struct cache *cache, uint64_t number)
{
  return &cache->hash[(number * 0x9e3779b1u) & cache->mask];
}

static struct block *
find (struct cache *cache, uint64_t number)
{
  struct block *b;

  for (b = *slot (cache, number); b != NULL; b = b->hash_next)
    if (b->number == number)
      return b;
  return NULL;
}

static void
unlist (struct block *b)
{
  b->newer->older = b->older;
  b->older->newer = b->newer;
}

static void
list_newest (struct cache *cache, struct block *b)
{
  b->older = cache->ends.older;
  b->newer = &cache->ends;
  b->older->newer = b;
  cache->ends.older = b;
}

static void
unhash (struct cache *cache, struct block *b)
{
  struct block **p = slot (cache, b->number);

  while (*p != b)
    p = &(*p)->hash_next;
  *p = b->hash_next;
}

error_t
cache_init (struct cache *cache, struct disk *disk, unsigned int size,
	    size_t bytes)
{
  memset (cache, 0, sizeof *cache);
  cache->disk = disk;
  cache->size = size;
  cache->limit = bytes / size;
  cache->mask = 8191;
  cache->hash = calloc (cache->mask + 1, sizeof *cache->hash);
  cache->bounce = malloc (CACHE_CLUSTER);
  cache->ends.newer = cache->ends.older = &cache->ends;
  return cache->hash == NULL || cache->bounce == NULL ? ENOMEM : 0;
}

static void
discard (struct cache *cache, struct block *b)
{
  unhash (cache, b);
  unlist (b);
  cache->count--;
  free (b->data);
  free (b);
}

error_t
cache_resize (struct cache *cache, unsigned int size)
{
  struct block *b, *next;

  if (cache->dirty > 0)
    return EBUSY;
  for (b = cache->ends.newer; b != &cache->ends; b = next)
    {
      next = b->newer;
      discard (cache, b);
    }
  cache->limit = (uint64_t) cache->limit * cache->size / size;
  cache->size = size;
  return 0;
}

/* A block to be used anew: an old clean one if there are enough, else fresh
   memory.  */
static struct block *
fresh (struct cache *cache)
{
  struct block *b;
  int tries = 64;

  if (cache->count >= cache->limit)
    for (b = cache->ends.newer; b != &cache->ends && tries > 0; b = b->newer)
      {
	if (b->pins == 0 && !b->dirty)
	  {
	    unhash (cache, b);
	    unlist (b);
	    return b;
	  }
	tries--;
      }
  b = malloc (sizeof *b);
  if (b == NULL)
    return NULL;
  b->data = malloc (cache->size);
  if (b->data == NULL)
    {
      free (b);
      return NULL;
    }
  cache->count++;
  return b;
}

/* Enter a block for NUMBER, which is not here, without contents.  */
static struct block *
enter (struct cache *cache, uint64_t number)
{
  struct block **p, *b = fresh (cache);

  if (b == NULL)
    return NULL;
  b->number = number;
  b->pins = 0;
  b->valid = b->dirty = false;
  p = slot (cache, number);
  b->hash_next = *p;
  *p = b;
  list_newest (cache, b);
  return b;
}

error_t
cache_get (struct cache *cache, uint64_t number, bool read,
	   struct block **block)
{
  struct block *b = find (cache, number);

  if (b == NULL)
    b = enter (cache, number);
  else
    {
      unlist (b);
      list_newest (cache, b);
    }
  if (b == NULL)
    return ENOMEM;
  if (read && !b->valid)
    {
      error_t err = disk_read (cache->disk, number * cache->size, cache->size,
			       b->data);
      if (err)
	{
	  discard (cache, b);
	  return err;
	}
    }
  b->valid = true;
  b->pins++;
  *block = b;
  return 0;
}

void
cache_put (struct block *block)
{
  block->pins--;
}

void
cache_dirty (struct cache *cache, struct block *block, enum kind kind)
{
  if (!block->dirty)
    {
      block->dirty = true;
      block->kind = kind;
      cache->dirty++;
      cache->changed += kind != KIND_DATA;
    }
  else if (block->kind != KIND_DATA)
    block->kind = kind;
}

void
cache_forget (struct cache *cache, uint64_t number)
{
  struct block *b = find (cache, number);

  if (b != NULL && b->dirty)
    {
      b->dirty = false;
      cache->dirty--;
      cache->changed -= b->kind != KIND_DATA;
    }
}

/* Read COUNT blocks from NUMBER, none of which is here.  */
static void
read_run (struct cache *cache, uint64_t number, unsigned int count)
{
  unsigned int i;

  if (disk_read (cache->disk, number * cache->size,
		 (size_t) count * cache->size, cache->bounce) != 0)
    return;
  for (i = 0; i < count; i++)
    {
      struct block *b = enter (cache, number + i);

      if (b == NULL)
	return;
      memcpy (b->data, cache->bounce + (size_t) i * cache->size, cache->size);
      b->valid = true;
    }
}

void
cache_prefetch (struct cache *cache, uint64_t number, unsigned int count)
{
  unsigned int most = CACHE_CLUSTER / cache->size;

  while (count > 0)
    {
      unsigned int n = 0;

      while (n < count && n < most && find (cache, number + n) == NULL)
	n++;
      if (n > 1)
	read_run (cache, number, n);
      if (n == 0)
	n = 1;
      number += n;
      count -= n;
    }
}

static int
by_number (const void *a, const void *b)
{
  const struct block *x = *(struct block *const *) a;
  const struct block *y = *(struct block *const *) b;

  return x->number < y->number ? -1 : x->number > y->number;
}

/* Write the N blocks at LIST, which follow one another on the disk.  */
static error_t
write_run (struct cache *cache, struct block **list, unsigned int n)
{
  unsigned int i;
  error_t err;

  for (i = 0; i < n; i++)
    memcpy (cache->bounce + (size_t) i * cache->size, list[i]->data,
	    cache->size);
  err = disk_write (cache->disk, list[0]->number * cache->size,
		    (size_t) n * cache->size, cache->bounce);
  if (err)
    return err;
  for (i = 0; i < n; i++)
    {
      list[i]->dirty = false;
      cache->changed -= list[i]->kind != KIND_DATA;
    }
  cache->dirty -= n;
  return 0;
}

/* Write the blocks of one kind, LIST having room for all dirty ones.  */
static error_t
flush_kind (struct cache *cache, enum kind kind, struct block **list)
{
  unsigned int n = 0, i, run, most = CACHE_CLUSTER / cache->size;
  struct block *b;
  error_t err = 0;

  for (b = cache->ends.newer; b != &cache->ends; b = b->newer)
    if (b->dirty && b->kind == kind)
      list[n++] = b;
  qsort (list, n, sizeof *list, by_number);
  for (i = 0; i < n && err == 0; i += run)
    {
      for (run = 1; i + run < n && run < most
	     && list[i + run]->number == list[i]->number + run; run++)
	;
      err = write_run (cache, list + i, run);
    }
  return err;
}

error_t
cache_flush (struct cache *cache, enum kind first, enum kind last)
{
  struct block **list;
  error_t err = 0;
  int kind;

  if (cache->hold && (int) last > KIND_DATA)
    last = KIND_DATA;
  if (cache->dirty == 0 || first > last)
    return 0;
  list = malloc (cache->dirty * sizeof *list);
  if (list == NULL)
    return ENOMEM;
  for (kind = first; kind <= (int) last && err == 0; kind++)
    err = flush_kind (cache, kind, list);
  free (list);
  return err;
}

error_t
cache_list_dirty (struct cache *cache, struct block ***list, unsigned int *n)
{
  struct block *b;

  *n = 0;
  *list = malloc ((cache->dirty + 1) * sizeof **list);
  if (*list == NULL)
    return ENOMEM;
  for (b = cache->ends.newer; b != &cache->ends; b = b->newer)
    if (b->dirty)
      (*list)[(*n)++] = b;
  return 0;
}
