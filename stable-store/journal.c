/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal.c - the journal: a ring of blocks beside the checkpoints.

   A record begins at a block of its own, so that writing one never touches
   another: magic (4 bytes), type (4), number (8), checkpoint (8), length (8), hash
   of all its blocks (8), the bytes.  The state of the store says where the first
   record is and its number; the others follow until one does not verify or has not
   the next number.  */

#include "priv.h"

#define JOURNAL_MAGIC 0x72754a50	/* "PJur" */
#define HEAD 40
#define LOOKAHEAD 256		/* Blocks searched behind the end.  */

static uint64_t
blocks_of (uint64_t length)
{
  return (HEAD + length + STORE_PAGE - 1) / STORE_PAGE;
}

/* Read or write N blocks at the place AT of the ring.  */
static error_t
transfer (struct store *s, uint64_t at, uint64_t n, uint8_t *buf, bool write)
{
  while (n > 0)
    {
      uint64_t now = s->journal_blocks - at < n ? s->journal_blocks - at : n;
      error_t err = (write
		     ? dev_write (s, BLOCK_JOURNAL + at, now, buf, "journal")
		     : dev_read (s, BLOCK_JOURNAL + at, now, buf, "journal"));
      if (err)
	return err;
      buf += now * STORE_PAGE;
      n -= now;
      at = 0;
    }
  return 0;
}

/* Read the record at AT of at most MAX blocks.  ENOENT: none there.  *RAW, if not
   null, gets its malloced blocks.  */
static error_t
read_at (struct store *s, uint64_t at, uint64_t max,
	 struct store_journal_record *r, uint8_t **raw)
{
  uint8_t head[STORE_PAGE];
  error_t err = transfer (s, at, 1, head, false);
  if (err)
    return err;
  uint64_t length = get64 (head + 24), hash = get64 (head + 32);
  if (get32 (head) != JOURNAL_MAGIC
      || length > (max * STORE_PAGE) - HEAD)
    return ENOENT;

  size_t n = blocks_of (length);
  uint8_t *p = malloc (n * STORE_PAGE);
  if (!p)
    return ENOMEM;
  memcpy (p, head, STORE_PAGE);
  if (n > 1)
    err = transfer (s, (at + 1) % s->journal_blocks, n - 1, p + STORE_PAGE,
		    false);
  if (!err)
    {
      put64 (p + 32, 0);
      if (!hash_ok (store_hash (s, p, n * STORE_PAGE), hash))
	err = ENOENT;
    }
  if (!err)
    *r = (struct store_journal_record) { get64 (p + 8), get64 (p + 16),
					 get32 (p + 4), length };
  if (err || !raw)
    free (p);
  else
    *raw = p;
  return err;
}

/* Nothing with the number SEQ is at AT.  If there was at the last commit, or if a
   later one is behind it, then this is not the end but damage.  */
static error_t
check_end (struct store *s, uint64_t at, uint64_t seq)
{
  struct store_journal_record r;
  uint64_t n = s->journal_blocks;
  bool damaged = seq < s->st.jnext;
  for (uint64_t i = 1; i <= LOOKAHEAD && i < n; i++)
    {
      error_t err = damaged ? 0 : read_at (s, (at + i) % n, n, &r, NULL);
      if (damaged || (!err && r.seq > seq))
	return store_fail (s, EILSEQ, "block %llu: journal record %llu does "
			   "not verify",
			   (unsigned long long) (BLOCK_JOURNAL + at),
			   (unsigned long long) seq);
      if (err && err != ENOENT)
	return err;
    }
  return 0;
}

/* Find the end of the journal.  */
static error_t
scan (struct store *s)
{
  uint64_t at = s->st.jtail, seq = s->st.jseq, used = 0;
  struct store_journal_record r;
  error_t err = 0;

  if (s->journal_scanned)
    return 0;
  while (used < s->journal_blocks)
    {
      err = read_at (s, at, s->journal_blocks - used, &r, NULL);
      if (err || r.seq != seq)
	break;
      used += blocks_of (r.length);
      at = (at + blocks_of (r.length)) % s->journal_blocks;
      seq++;
    }
  if (err && err != ENOENT)
    return err;
  err = check_end (s, at, seq);
  if (err)
    return err;
  s->jhead = at;
  s->jnext = seq;
  s->jat = s->st.jtail;
  s->jatseq = s->st.jseq;
  s->journal_scanned = true;
  return 0;
}

error_t
store_journal_append (struct store *s, uint64_t ckpt, uint32_t type,
		      const void *data, size_t length, uint64_t *seq)
{
  if (s->rdonly)
    return store_fail (s, EROFS, "the store is open for reading only");
  if (s->broken)
    return store_fail (s, EROFS, "a root could not be written");
  error_t err = scan (s);
  if (err)
    return err;

  /* One block stays free, so that full and empty differ.  */
  uint64_t n = s->journal_blocks, need = blocks_of (length);
  uint64_t used = (s->jhead + n - s->jsafe) % n;
  if (length > n * STORE_PAGE || need > n - 1 - used)
    return store_fail (s, ENOSPC, "journal full: %llu KiB missing",
		       (unsigned long long) (need - (n - 1 - used)) * 4);

  uint8_t *p = calloc (need, STORE_PAGE);
  if (!p)
    return ENOMEM;
  put32 (p, JOURNAL_MAGIC);
  put32 (p + 4, type);
  put64 (p + 8, s->jnext);
  put64 (p + 16, ckpt);
  put64 (p + 24, length);
  if (length)
    memcpy (p + HEAD, data, length);
  put64 (p + 32, store_hash (s, p, need * STORE_PAGE));
  err = transfer (s, s->jhead, need, p, true);
  free (p);
  if (!err)
    err = dev_barrier (s);
  if (err)
    return err;
  s->jhead = (s->jhead + need) % n;
  if (seq)
    *seq = s->jnext;
  s->jnext++;
  return 0;
}

/* Go to the record SEQ, which is in the journal.  */
static error_t
go_to (struct store *s, uint64_t seq, struct store_journal_record *r,
       uint8_t **raw)
{
  if (s->jatseq > seq || s->jatseq < s->st.jseq)
    {
      s->jat = s->st.jtail;
      s->jatseq = s->st.jseq;
    }
  for (;;)
    {
      error_t err = read_at (s, s->jat, s->journal_blocks, r,
			     s->jatseq == seq ? raw : NULL);
      if (err == ENOENT || (!err && r->seq != s->jatseq))
	err = store_fail (s, EILSEQ, "block %llu: journal record %llu does "
			  "not verify",
			  (unsigned long long) (BLOCK_JOURNAL + s->jat),
			  (unsigned long long) s->jatseq);
      if (err || s->jatseq == seq)
	return err;
      s->jat = (s->jat + blocks_of (r->length)) % s->journal_blocks;
      s->jatseq++;
    }
}

error_t
store_journal_next (struct store *s, uint64_t after,
		    struct store_journal_record *record, void **data)
{
  uint8_t *raw = NULL;
  error_t err = scan (s);
  if (err)
    return err;
  uint64_t seq = after + 1 > s->st.jseq ? after + 1 : s->st.jseq;
  if (seq >= s->jnext || after == UINT64_MAX)
    return ENOENT;
  err = go_to (s, seq, record, data ? &raw : NULL);
  if (!err && data)
    {
      memmove (raw, raw + HEAD, record->length);
      *data = raw;
    }
  return err;
}

/* In the state being written the journal begins behind all records that are
   applied and older than its last checkpoint.  */
error_t
journal_cut (struct store_txn *txn)
{
  struct store *s = txn->store;
  uint64_t last = txn->st.ckpt ? txn->st.ckpt : txn->st.last;
  struct store_journal_record r;

  if (s->japplied < txn->st.jseq)
    return 0;
  error_t err = scan (s);
  while (!err && txn->st.jseq <= s->japplied && txn->st.jseq < s->jnext)
    {
      err = go_to (s, txn->st.jseq, &r, NULL);
      if (err || r.ckpt >= last)
	break;
      txn->st.jtail = (txn->st.jtail + blocks_of (r.length))
	% s->journal_blocks;
      txn->st.jseq++;
    }
  return err;
}

error_t
store_journal_applied (struct store *s, uint64_t seq)
{
  struct store_journal_record r;
  struct store_txn *txn;
  error_t err = scan (s);
  if (err)
    return err;
  if (seq >= s->jnext)
    return store_fail (s, EINVAL, "there is no journal record %llu",
		       (unsigned long long) seq);
  if (seq > s->japplied)
    s->japplied = seq;
  if (s->japplied < s->st.jseq)
    return 0;
  err = go_to (s, s->st.jseq, &r, NULL);
  if (err || r.ckpt >= s->st.last)
    return err;
  err = txn_begin (s, false, &txn);
  return err ? err : txn_commit (txn);
}

error_t
store_journal_renew (struct store *s)
{
  struct store_txn *txn;
  error_t err = txn_begin (s, false, &txn);
  if (err)
    return err;
  /* So many records at most can have been appended since the last commit.  */
  uint64_t known = txn->st.jnext > txn->st.jseq ? txn->st.jnext : txn->st.jseq;
  txn->st.jseq = txn->st.jnext = known + s->journal_blocks;
  s->journal_scanned = false;
  return txn_commit (txn);
}
