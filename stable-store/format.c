/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.c - making an empty store.  */

#include "priv.h"
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

/* Commits between two merges of a leaf, by default.  With 64, bytes written for 1 MiB
   changed in 8 runs are 1.010 of it, with 8 they are 1.025; but whoever opens the store
   reads 60 blocks then, and 12 now, before anything can be restored.  */
#define CHAIN_MAX	8

/* Random bytes for the uuid and the seed of the checksums.  */
static void
random_bytes (void *p, size_t n)
{
  struct timespec now;
  int fd = open ("/dev/urandom", O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read (fd, p, n);
  if (fd >= 0)
    close (fd);
  if (got == (ssize_t) n)
    return;

  /* Without that device: the time, the process and an address.  */
  clock_gettime (CLOCK_REALTIME, &now);
  uint64_t x = (now.tv_sec * 1000000007ull) ^ now.tv_nsec
    ^ (uint64_t) getpid () << 32 ^ (uintptr_t) &now;
  for (uint8_t *b = p; n > 0; n--)
    {
      x ^= x << 13;
      x ^= x >> 7;
      x ^= x << 17;
      *b++ = x >> 24;
    }
}

/* Fill in what OPTIONS leave open; EINVAL if the device is unsuitable.  */
static error_t
choose (struct store *s, const struct store_options *o, uint64_t nblocks)
{
  uint64_t least = o->flags & STORE_TINY ? 64 : STORE_MIN_BLOCKS;
  if (o->nblocks && o->nblocks < nblocks)
    nblocks = o->nblocks;
  if (nblocks < least || nblocks > STORE_MAX_BLOCKS)
    return EINVAL;

  s->journal_blocks = o->journal_blocks;
  if (!s->journal_blocks)
    s->journal_blocks = nblocks / 16 < 16384 ? nblocks / 16 : 16384;
  if (s->journal_blocks > nblocks / 2)
    return EINVAL;
  s->chain_max = o->chain_max ? o->chain_max : CHAIN_MAX;
  s->pending_max = o->pending_max;
  if (!s->pending_max)
    s->pending_max = nblocks / 8 < 16384 ? nblocks / 8 : 16384;
  if (o->flags & STORE_PLAIN_UUID)
    {
      memcpy (s->uuid, o->uuid, 16);
      s->seed = o->seed;
    }
  else
    {
      random_bytes (s->uuid, 16);
      s->uuid[6] = (s->uuid[6] & 0x0f) | 0x40;	/* A random uuid.  */
      s->uuid[8] = (s->uuid[8] & 0x3f) | 0x80;
      random_bytes (&s->seed, sizeof s->seed);
    }
  s->st.nblocks = s->limit = nblocks;
  s->st.keep = o->keep;
  s->st.compress = (o->flags & STORE_COMPRESS) != 0;
  return 0;
}

error_t
store_format (const struct store_io *io, const struct store_options *options)
{
  static const struct store_options defaults;
  uint8_t zero[STORE_PAGE] = { 0 };
  uint64_t nblocks;
  struct store *s = calloc (1, sizeof *s);
  if (!s)
    return ENOMEM;
  s->io = *io;
  s->io.close = NULL;
  map_init (&s->g);
  map_init (&s->p);

  error_t err = io->size (io->ctx, &nblocks);
  if (!err)
    err = choose (s, options ? options : &defaults, nblocks);
  if (err)
    goto out;

  /* Whatever was there must not be found again if this is interrupted.  */
  for (uint64_t b = 0; b < BLOCK_JOURNAL + 1 && !err; b++)
    err = io->write (io->ctx, b, 1, zero);
  if (!err)
    err = io->barrier (io->ctx);
  if (err)
    goto out;

  uint64_t first = BLOCK_JOURNAL + s->journal_blocks;
  struct kv all = { .k = GKEY (G_FREE, 0, s->st.nblocks - 1),
		    .v = { 0, s->st.nblocks - first, 0 } };
  s->st.free = s->st.nblocks - first;
  s->st.jseq = s->st.jnext = 1;
  err = map_put (&s->g, &all);
  if (err)
    goto out;

  /* Two empty commits fill both roots; the first hands the free extent on, in
     its own record.  The superblock comes last: without it this is no store.  */
  struct store_txn *txn;
  for (int i = 0; i < 2 && !err; i++)
    {
      err = txn_begin (s, false, &txn);
      if (!err && i == 0)
	{
	  struct view g = txn_g (txn);
	  err = view_put (&g, all.k, 0, all.v[1], 0);
	}
      if (!err)
	err = txn_commit (txn);
    }
  if (!err)
    err = super_write (io, s, BLOCK_SUPER_COPY);
  if (!err)
    err = super_write (io, s, BLOCK_SUPER);
  if (!err)
    err = io->barrier (io->ctx);

 out:
  store_close (s);
  return err;
}
