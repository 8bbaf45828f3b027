/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dedup.c - where a page with a given hash is stored in the last state: an open
   table in memory, made from the index at the first transaction.  */

#include "priv.h"

#define DEDUP_MAX ((size_t) 1 << 20)	/* Entries; beyond, best effort.  */

static size_t
next (const struct dedup *d, size_t i)
{
  return (i + 1) & (d->size - 1);
}

static void
insert (struct dedup *d, const struct dedup_slot *s)
{
  size_t i = s->hash & (d->size - 1);
  while (d->slot[i].ptr)
    i = next (d, i);
  d->slot[i] = *s;
  d->used++;
}

void
dedup_add (struct store *store, const uint64_t ref[3])
{
  struct dedup *d = &store->dedup;
  struct dedup_slot s = { ref[2], ref[0], ref[1] };
  if (d->used >= DEDUP_MAX)
    return;
  if (2 * (d->used + 1) > d->size)
    {
      /* Without memory the page is only not shared.  */
      struct dedup larger = { .size = d->size ? d->size * 2 : 1024,
			      .built = d->built };
      larger.slot = calloc (larger.size, sizeof *larger.slot);
      if (!larger.slot)
	return;
      for (size_t i = 0; i < d->size; i++)
	if (d->slot[i].ptr)
	  insert (&larger, &d->slot[i]);
      free (d->slot);
      *d = larger;
    }
  insert (d, &s);
}

void
dedup_remove (struct store *store, const uint64_t ref[3])
{
  struct dedup *d = &store->dedup;
  if (!d->size)
    return;
  size_t i = ref[2] & (d->size - 1);
  while (d->slot[i].ptr
	 && (d->slot[i].ptr != ref[0] || d->slot[i].hash != ref[2]))
    i = next (d, i);
  if (!d->slot[i].ptr)
    return;

  /* Close the gap: move back what cannot be reached over it.  */
  size_t gap = i;
  for (i = next (d, i); d->slot[i].ptr; i = next (d, i))
    {
      size_t home = d->slot[i].hash & (d->size - 1);
      if (((i - home) & (d->size - 1)) >= ((i - gap) & (d->size - 1)))
	{
	  d->slot[gap] = d->slot[i];
	  gap = i;
	}
    }
  d->slot[gap].ptr = 0;
  d->used--;
}

error_t
dedup_build (struct store *store)
{
  struct view p = head_p (store);
  struct key k = KEY (0, 0);
  struct kv e;
  error_t err;

  if (store->dedup.built)
    return 0;
  while ((err = view_ceil (&p, k, &e)) == 0)
    {
      if (e.k.lo != 0)
	{
	  /* A block referred to many times is entered once: its neighbours in
	     the table would be the same.  */
	  uint64_t ref[3] = { e.v[0], e.v[1], e.v[2] };
	  dedup_remove (store, ref);
	  dedup_add (store, ref);
	}
      k = e.k;
      if (!key_next (&k) || store->dedup.used >= DEDUP_MAX)
	break;
    }
  if (err && err != ENOENT)
    return err;
  store->dedup.built = true;
  return 0;
}

error_t
dedup_find (struct store_txn *txn, const void *page, uint64_t hash,
	    uint64_t ref[3], bool *found)
{
  struct dedup *d = &txn->store->dedup;
  uint8_t other[STORE_PAGE];

  *found = false;
  if (!d->size)
    return 0;
  for (size_t i = hash & (d->size - 1); d->slot[i].ptr; i = next (d, i))
    if (d->slot[i].hash == hash)
      {
	struct kv e = { .v = { d->slot[i].ptr, d->slot[i].birth, hash } };
	/* What cannot be read is not shared: the new copy mends it.  */
	if (page_fetch (txn->store, txn, &e, 0, other) == 0
	    && memcmp (other, page, STORE_PAGE) == 0)
	  {
	    memcpy (ref, e.v, sizeof e.v);
	    *found = true;
	    return 0;
	  }
      }
  return 0;
}
