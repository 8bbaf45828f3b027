/* SPDX-License-Identifier: GPL-3.0-or-later */
/* root.c - the superblock, which never changes, and the two roots.

   Both are one sector of 512 bytes at the start of their block, with their own
   checksum at its end: a sector is written whole or not at all, and if not, the
   checksum tells.  */

#include "priv.h"

#define SUPER_MAGIC 0x0a65727564726550ull	/* "Perdure\n" */
#define ROOT_MAGIC 0x0a746f6f52726550ull	/* "PerRoot\n" */
#define SUM 504			/* Where the checksum is.  */

error_t
super_write (const struct store_io *io, const struct store *store,
	     uint64_t block)
{
  static const struct store unseeded;
  uint8_t b[STORE_PAGE] = { 0 };
  put64 (b, SUPER_MAGIC);
  put32 (b + 8, STORE_VERSION);
  put32 (b + 12, FEATURES_KNOWN);
  memcpy (b + 16, store->uuid, 16);
  put64 (b + 32, store->seed);
  put64 (b + 40, store->journal_blocks);
  put32 (b + 48, store->chain_max);
  put32 (b + 52, store->pending_max);
  put64 (b + SUM, store_hash (&unseeded, b, SUM));
  return io->write (io->ctx, block, 1, b);
}

static error_t
super_parse (struct store *store, const uint8_t *b, uint64_t block)
{
  static const struct store unseeded;
  if (get64 (b) != SUPER_MAGIC)
    return store_fail (store, EINVAL, "block %llu: no superblock here",
		       (unsigned long long) block);
  if (!hash_ok (store_hash (&unseeded, b, SUM), get64 (b + SUM)))
    return store_fail (store, EILSEQ, "block %llu: superblock does not verify",
		       (unsigned long long) block);
  if (get32 (b + 8) > STORE_VERSION || get32 (b + 12) & ~FEATURES_KNOWN)
    return store_fail (store, ENOTSUP,
		       "store format version %u with features %#x; this "
		       "program knows version %u with features %#x",
		       get32 (b + 8), get32 (b + 12), STORE_VERSION,
		       FEATURES_KNOWN);
  memcpy (store->uuid, b + 16, 16);
  store->seed = get64 (b + 32);
  store->journal_blocks = get64 (b + 40);
  store->chain_max = get32 (b + 48);
  store->pending_max = get32 (b + 52);
  if (store->journal_blocks >= store->limit)
    return store_fail (store, EILSEQ, "block %llu: superblock of a store whose "
		       "journal alone has %llu KiB, but the device has %llu "
		       "KiB: was it cut short?", (unsigned long long) block,
		       (unsigned long long) store->journal_blocks * 4,
		       (unsigned long long) store->limit * 4);
  if (store->journal_blocks == 0 || store->chain_max == 0)
    return store_fail (store, EILSEQ, "block %llu: superblock is wrong",
		       (unsigned long long) block);
  return 0;
}

error_t
super_read (struct store *store)
{
  uint8_t b[STORE_PAGE], copy[STORE_PAGE];
  error_t err = dev_read (store, BLOCK_SUPER, 1, b, "superblock");
  if (!err)
    err = super_parse (store, b, BLOCK_SUPER);
  if (err == ENOTSUP)
    return err;
  error_t second = dev_read (store, BLOCK_SUPER_COPY, 1, copy, "superblock");
  if (!err)
    {
      /* The copy will be needed one day: that it is bad must be known before.  */
      if (second || memcmp (b, copy, SUM + 8) != 0)
	store->bad_supers |= 1 << BLOCK_SUPER_COPY;
      return 0;
    }

  store->bad_supers |= 1 << BLOCK_SUPER;
  if (!second)
    second = super_parse (store, copy, BLOCK_SUPER_COPY);
  if (second == EINVAL && err == EINVAL)
    return store_fail (store, EINVAL, "this is not a stable store");
  return second;
}

error_t
root_write (struct store *store, const struct state *st,
	    const struct recref *rec)
{
  uint8_t b[STORE_PAGE] = { 0 };
  put64 (b, ROOT_MAGIC);
  memcpy (b + 16, store->uuid, 16);
  put64 (b + 32, st->seq);
  put64 (b + 40, rec->ptr);
  put64 (b + 48, rec->hash);
  put64 (b + SUM, store_hash (store, b, SUM));
  return dev_write (store, BLOCK_ROOT + st->seq % 2, 1, b, "root");
}

error_t
root_read (struct store *store, bool previous, struct recref *rec,
	   uint64_t *seq)
{
  struct recref found[2];
  uint64_t seqs[2] = { 0, 0 };

  for (unsigned i = 0; i < 2; i++)
    {
      uint8_t b[STORE_PAGE];
      if (dev_read (store, BLOCK_ROOT + i, 1, b, "root") == 0
	  && get64 (b) == ROOT_MAGIC
	  && hash_ok (store_hash (store, b, SUM), get64 (b + SUM))
	  && memcmp (b + 16, store->uuid, 16) == 0
	  && get64 (b + 32) % 2 == i)
	{
	  seqs[i] = get64 (b + 32);
	  found[i] = (struct recref) { get64 (b + 40), get64 (b + 48),
				       seqs[i] };
	}
      else
	store->root_damaged = true;
    }

  unsigned best = (seqs[0] < seqs[1]) ^ previous;
  if (!seqs[best])
    return store_fail (store, EILSEQ, "blocks %u, %u: %s root does not verify",
		       BLOCK_ROOT, BLOCK_ROOT + 1,
		       previous ? "the previous" : "each");
  *seq = seqs[best];
  *rec = found[best];
  return 0;
}
