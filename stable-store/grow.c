/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grow.c - using a device that has become larger; and the statistics.  */

#include "priv.h"

error_t
store_grow (struct store *s)
{
  struct store_txn *txn;
  uint64_t size;
  error_t err = s->io.size (s->io.ctx, &size);
  if (err)
    return store_fail (s, err, "cannot tell the device's size: %s",
		       strerror (err));
  if (size > STORE_MAX_BLOCKS)
    size = STORE_MAX_BLOCKS;
  if (size <= s->st.nblocks)
    return 0;
  err = txn_begin (s, false, &txn);
  if (err)
    return err;
  uint64_t old = txn->st.nblocks;
  s->limit = size;
  txn->st.nblocks = size;
  err = space_free (txn, old, size - old);
  if (err)
    {
      txn_free (txn, false);
      return err;
    }
  return txn_commit (txn);
}

void
store_get_stats (struct store *s, struct store_stats *stats)
{
  *stats = s->stats;
  memcpy (stats->uuid, s->uuid, sizeof stats->uuid);
  stats->version = STORE_VERSION;
  stats->blocks = s->st.nblocks;
  stats->free_blocks = s->st.free;
  stats->limbo_blocks = s->st.limbo;
  stats->reserve_blocks = space_reserve (s);
  stats->journal_blocks = s->journal_blocks;
  stats->last = s->st.last;
  stats->checkpoints = s->st.ckpts;
  stats->commits = s->st.seq;
  stats->keep = s->st.keep;
  stats->compress = s->st.compress;
}
