/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open.c - opening a store, which is recovering it: the newest root that verifies
   is the state.  Its record is read, and those before it back to the one with
   which the trees were last written; nothing is repaired, nothing is replayed onto
   the disk, and however many checkpoints there are makes no difference.  */

#include "priv.h"

/* Note the record REF with its BLOCKS for the next merge.  */
static error_t
add_link (const struct state *st, const uint64_t *blocks, size_t n,
	  struct link ***tail)
{
  struct link *l = malloc (sizeof *l + n * sizeof l->block[0]);
  if (!l)
    return ENOMEM;
  l->next = NULL;
  l->birth = st->ckpt;
  l->seq = st->seq;
  l->page = st->ckpt != 0;
  l->n = n;
  memcpy (l->block, blocks, n * sizeof l->block[0]);
  **tail = l;
  *tail = &l->next;
  return 0;
}

static error_t
read_chain (struct store *s)
{
  struct recref ref = s->rec;
  struct link **tail = &s->links;
  bool first = true;

  while (ref.ptr)
    {
      struct state st;
      uint64_t *blocks;
      size_t n;
      bool general = first || ref.seq >= s->st.since_g;
      error_t err = record_read (s, &ref, &st, general ? &s->g : NULL,
				 &s->p, &blocks, &n);
      if (err)
	return err;
      err = add_link (&st, blocks, n, &tail);
      free (blocks);
      if ((st.prev_any.ptr && st.prev_any.seq >= st.seq)
	  || (st.prev_page.ptr && st.prev_page.seq >= st.seq))
	err = store_fail (s, EILSEQ, "block %llu: record out of order",
			  (unsigned long long) PTR_BLOCK (ref.ptr));
      if (!err && general && st.ckpt)
	{
	  struct kv e = { .k = GKEY (G_CKPT, 0, st.ckpt), .seq = st.seq,
			  .v = { ref.ptr, st.predecessor, ref.hash } };
	  if (!map_get (&s->g, e.k))
	    err = map_put (&s->g, &e);
	}
      if (err)
	return err;
      if (first)
	s->st = st;
      first = false;

      ref = st.prev_any;
      if (!general || ref.seq < s->st.since_g)
	ref = st.prev_page;
      if (ref.seq < s->st.since_p)
	ref.ptr = 0;
    }
  return 0;
}

error_t
store_open (const struct store_io *io, unsigned flags, struct store **store,
	    char **errtext)
{
  struct store *s = calloc (1, sizeof *s);
  uint64_t seq;
  if (errtext)
    *errtext = NULL;
  if (!s)
    return ENOMEM;
  s->io = *io;
  s->rdonly = flags & STORE_RDONLY;
  map_init (&s->g);
  map_init (&s->p);

  error_t err = io->size (io->ctx, &s->limit);
  if (err)
    store_fail (s, err, "cannot tell the device's size: %s", strerror (err));
  if (!err)
    err = super_read (s);
  if (!err)
    err = root_read (s, flags & STORE_PREVIOUS, &s->rec, &seq);
  if (!err)
    err = read_chain (s);
  if (!err && s->st.seq != seq)
    err = store_fail (s, EILSEQ, "root and record do not belong together");
  if (err)
    {
      if (errtext)
	*errtext = strdup (s->error);
      s->io.close = NULL;
      store_close (s);
      return err;
    }
  s->jsafe = s->st.jtail;
  s->stats.root_damaged = s->root_damaged;
  s->stats.super_damaged = s->bad_supers != 0;
  s->stats.super_copy_damaged = s->bad_supers >> BLOCK_SUPER_COPY & 1;
  *store = s;
  return 0;
}

void
store_close (struct store *s)
{
  if (!s)
    return;
  assert (!s->open_ckpts);
  if (s->txn)
    store_abort (s->txn);
  node_cache_clear (s);
  map_clear (&s->g);
  map_clear (&s->p);
  while (s->links)
    {
      struct link *l = s->links;
      s->links = l->next;
      free (l);
    }
  free (s->dedup.slot);
  free (s->wbuf);
  if (s->io.close)
    s->io.close (s->io.ctx);
  free (s);
}
