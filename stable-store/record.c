/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record.c - the record that each commit writes: the whole state in numbers, and
   the changes to both trees since the record before.

   It is a list of blocks, wherever there was room, each with the hash of the next
   in its head: magic (4 bytes), part (4), bytes used (4), 0 (4), next block (8),
   hash of it (8), own block (8), commit (8).  The bytes together: struct state,
   the numbers of general and page changes, the changes as in codec.c.  */

#include "priv.h"

#define RECORD_MAGIC 0x63655250	/* "PRec" */
#define HEAD 48
#define ROOM (STORE_PAGE - HEAD)
#define KERNEL_BLOCKS ((uint64_t) 1 << 29)	/* 2^32 sectors.  */
#define WORDS (sizeof (struct state) / 8)
#define PIECE 4			/* So many blocks are read at once.  */

static error_t
add_list (struct bytes *b, const struct kvs *list)
{
  uint8_t tmp[ENTRY_MAX];
  error_t err = 0;
  for (size_t i = 0; i < list->n && !err; i++)
    err = bytes_add (b, tmp, entry_encode (tmp, i ? &list->e[i - 1] : NULL,
					   &list->e[i]));
  return err;
}

/* What the trees have all of need not be told again.  */
static error_t
encode (struct store_txn *txn, struct bytes *b)
{
  static const struct map none;
  struct kvs g = { 0 }, p = { 0 };
  uint64_t words[WORDS + 2];
  error_t err = map_flatten (&txn->g, txn->full_g ? &none : &txn->frozen, &g);
  if (!err)
    err = map_flatten (NULL, txn->full_p ? &none : &txn->p, &p);
  memcpy (words, &txn->st, sizeof txn->st);
  words[WORDS] = g.n;
  words[WORDS + 1] = p.n;

  b->n = 0;
  for (size_t i = 0; i < WORDS + 2 && !err; i++)
    {
      uint8_t raw[8];
      put64 (raw, words[i]);
      err = bytes_add (b, raw, 8);
    }
  if (!err)
    err = add_list (b, &g);
  if (!err)
    err = add_list (b, &p);
  free (g.e);
  free (p.e);
  return err;
}

/* Write the bytes as N blocks, from the last to the first.  */
static error_t
write_blocks (struct store_txn *txn, const struct bytes *b,
	      struct recref *ref)
{
  size_t n = txn->rec_n;
  uint8_t *raw = calloc (n, STORE_PAGE);
  if (!raw)
    return ENOMEM;

  *ref = (struct recref) { 0, 0, txn->st.seq };
  for (size_t i = n; i-- > 0;)
    {
      uint8_t *p = raw + i * STORE_PAGE;
      size_t used = i * ROOM < b->n ? b->n - i * ROOM : 0;
      if (used > ROOM)
	used = ROOM;
      put32 (p, RECORD_MAGIC);
      put32 (p + 4, i);
      put32 (p + 8, used);
      put64 (p + 16, ref->ptr);
      put64 (p + 24, ref->hash);
      put64 (p + 32, txn->rec_blocks[i]);
      put64 (p + 40, txn->st.seq);
      if (used)
	memcpy (p + HEAD, b->p + i * ROOM, used);
      ref->ptr = PTR (txn->rec_blocks[i]);
      ref->hash = store_hash (txn->store, p, STORE_PAGE);
    }

  error_t err = 0;
  for (size_t i = 0; i < n && !err; i++)
    err = wbuf_write (txn, txn->rec_blocks[i], raw + i * STORE_PAGE);
  free (raw);
  return err;
}

error_t
record_write (struct store_txn *txn, struct recref *ref)
{
  struct bytes b = { 0 };
  error_t err;

  /* The record tells what is free, and takes room itself: repeat until it fits.
     It grows by a few bytes with each block taken, so this ends.  */
  for (;;)
    {
      txn->st.meta_blocks = txn->meta_blocks + txn->rec_n + 1;
      err = encode (txn, &b);
      if (err)
	goto out;
      size_t need = (b.n + ROOM - 1) / ROOM;
      if (txn->rec_n >= need)
	break;

      uint64_t *blocks = realloc (txn->rec_blocks, need * sizeof *blocks);
      err = blocks ? 0 : ENOMEM;
      if (blocks)
	txn->rec_blocks = blocks;
      while (!err && txn->rec_n < need)
	err = space_alloc (txn, &txn->rec_blocks[txn->rec_n++]);
      if (!err)
	err = space_untake (txn);
      if (err)
	goto out;
    }
  err = write_blocks (txn, &b, ref);

 out:
  free (b.p);
  return err;
}

/* Blocks that were read at once.  */
struct piece
{
  uint64_t first;
  uint32_t n;
  uint8_t data[PIECE][STORE_PAGE];
};

/* Find BLOCK, which is part number PART of a record, in *RAW.  The blocks of a record are
   mostly behind each other, and each read of the disk takes its time.  */
static error_t
read_part (struct store *store, uint64_t block, uint32_t part,
	   struct piece *p, const uint8_t **raw)
{
  error_t err = 0;

  if (p->n == 0 || block - p->first >= p->n)
    {
      p->first = block;
      p->n = (part && block < store->limit && store->limit - block >= PIECE
	      ? PIECE : 1);
      err = dev_read (store, block, p->n, p->data, "record");
      if (err && p->n > 1)
	{
	  /* It may be another block that cannot be read.  */
	  p->n = 1;
	  err = dev_read (store, block, 1, p->data, "record");
	}
    }
  *raw = p->data[block - p->first];
  return err;
}

/* Read the bytes of REF and the list of its blocks.  */
static error_t
read_blocks (struct store *store, const struct recref *ref,
	     struct bytes *b, struct bytes *blocks)
{
  uint64_t ptr = ref->ptr, hash = ref->hash, block;
  struct piece piece;
  const uint8_t *raw;

  piece.n = 0;
  for (uint32_t part = 0; ptr; part++)
    {
      block = PTR_BLOCK (ptr);
      error_t err = read_part (store, block, part, &piece, &raw);
      if (err)
	return err;
      uint32_t used = get32 (raw + 8);
      if (!hash_ok (store_hash (store, raw, STORE_PAGE), hash)
	  || get32 (raw) != RECORD_MAGIC || get32 (raw + 4) != part
	  || used > ROOM || get64 (raw + 32) != block)
	return store_fail (store, EILSEQ,
			   "block %llu: record does not verify",
			   (unsigned long long) block);
      err = bytes_add (b, raw + HEAD, used);
      if (!err)
	err = bytes_add (blocks, &block, sizeof block);
      if (err)
	return err;
      ptr = get64 (raw + 16);
      hash = get64 (raw + 24);
    }
  return 0;
}

/* Decode N entries at *P into MAP (may be null).  */
static error_t
read_map (const uint8_t **p, const uint8_t *end, uint64_t n, uint64_t seq,
	  struct map *map)
{
  struct kv e, prev;
  for (uint64_t i = 0; i < n; i++)
    {
      size_t size = entry_decode (*p, end - *p, i ? &prev : NULL, &e);
      if (!size)
	return EILSEQ;
      *p += size;
      prev = e;
      e.seq = seq;
      if (map && !map_get (map, e.k))
	{
	  error_t err = map_add (map, &e);
	  if (err)
	    return err;
	}
    }
  return 0;
}

static bool
state_sane (const struct store *store, const struct state *st)
{
  return (st->nblocks <= store->limit && st->free <= st->nblocks
	  && st->limbo <= st->nblocks && st->p.level <= LEVEL_MAX
	  && st->g.level <= LEVEL_MAX && st->last < (uint64_t) 1 << 56
	  && st->live <= st->last && st->ckpt <= st->last
	  && st->since_p <= st->since_g
	  && st->jtail < store->journal_blocks);
}

error_t
record_read (struct store *store, const struct recref *ref,
	     struct state *state, struct map *g, struct map *p,
	     uint64_t **blocks, size_t *nblocks)
{
  struct bytes b = { 0 }, list = { 0 };
  uint64_t words[WORDS + 2];
  error_t err = read_blocks (store, ref, &b, &list);
  if (err)
    goto out;

  err = EILSEQ;
  if (b.n >= sizeof words)
    {
      for (size_t i = 0; i < WORDS + 2; i++)
	words[i] = get64 (b.p + 8 * i);
      memcpy (state, words, sizeof *state);
      const uint8_t *at = b.p + sizeof words, *end = b.p + b.n;
      err = read_map (&at, end, words[WORDS], state->seq, g);
      if (!err)
	err = read_map (&at, end, words[WORDS + 1], state->seq, p);
      if (!err && state->nblocks > store->limit
	  && state->nblocks <= STORE_MAX_BLOCKS)
	{
	  err = store_fail (store, EILSEQ, "the store has %llu KiB, but the "
			    "device only %llu KiB: %s",
			    (unsigned long long) state->nblocks * 4,
			    (unsigned long long) store->limit * 4,
			    state->nblocks > KERNEL_BLOCKS
			    && store->limit <= KERNEL_BLOCKS
			    ? "GNU Mach reaches the first 2 TiB of one"
			    : "was it cut short?");
	  goto out;
	}
      if (!err && (at != end || !state_sane (store, state)
		   || (ref->seq && state->seq != ref->seq)))
	err = EILSEQ;
    }
  if (err)
    store_fail (store, err, "block %llu: record is wrong: %s",
		(unsigned long long) PTR_BLOCK (ref->ptr), strerror (err));

 out:
  free (b.p);
  if (err || !blocks)
    free (list.p);
  else
    {
      *blocks = (uint64_t *) list.p;
      *nblocks = list.n / sizeof (uint64_t);
    }
  return err;
}
