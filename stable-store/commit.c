/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commit.c - how a checkpoint comes to exist.

   The disk, in blocks of 4 KiB:

       0        1        2        3        4 ...          J ...             end
     +--------+--------+--------+--------+--------------+--------------------+
     | super- | root   | root   | super- | journal:     | pages, index nodes,|
     | block  | (even) | (odd)  | block  | a ring of    | records, free      |
     |        |        |        | (copy) | records      | blocks, mixed      |
     +--------+--------+--------+--------+--------------+--------------------+
                  |        |
		  |        +--> record of commit 8 --+   the one before
		  +-----------> record of commit 7 <-+   is named in each
				  |   |   changes to both trees since then
	    page tree <-----------+   +-----------> general tree
	    (object, page) -> block, birth, hash    free extents, dead blocks,
	    without the latest changes               checkpoints, labels

   Nothing that a root leads to is ever written over.  A commit writes pages,
   perhaps index nodes, and its record into free blocks; then, after a barrier,
   one sector: the root that is not the newest.  Before that sector is on the disk
   the store is what it was; after it, it is what the record says; and the sector,
   having its own checksum, is never in between.  Numbers alternate between the two
   places (the parity of the commit's number tells which), so that the newest root
   is never the one being written.  A block that a commit frees waits until the
   root before the last does not lead to it either.

   To change a tree is to write the nodes from a leaf to the top again, for each
   leaf; for a few pages here and there that would be more than the pages.  So a
   commit writes its changes into its record, and they are kept in memory, over the
   trees.  A change that is `chain_max' commits old, or one of too many, is merged into
   its tree, and with it all that belong into the same leaf: each leaf is written at most
   once in so many commits, and never many of them at once.  Opening the store reads the
   records that have changes the trees lack, at most so many.  What they have besides is
   in the trees too, or in a later record; so it does no harm to read it again.  (If
   a commit merges all, its record does not repeat it, and is the first to read.)

   A checkpoint is its record: from there its page tree, and the records of the
   checkpoints before it with changes that the tree lacks, can be found as they
   were.  So each checkpoint, old or new, is opened the same way at the same cost.

   What a checkpoint owns.  The history is a line: a block is in all checkpoints
   from its birth to the last one before it died.  Its birth is written beside each
   reference to it.  When the state being written loses its last reference to a
   block, the block goes to the dead list of the last checkpoint (or is free at
   once if it is younger than that).  To drop a checkpoint is to go through its own
   dead list: what was born after the checkpoint before it is free, the rest is
   handed to that one.  No other checkpoint is looked at, and no tree.

   A full disk.  Pages may use all but a reserve (space.c), which is enough to
   write what a drop changes.  Everything is checked against it before anything is
   promised: a commit that does not fit fails before its root is written.  */

#include "priv.h"
#include <time.h>

/* The nodes of the general tree have no history.  */
static error_t
kill_g (struct store_txn *txn, const uint64_t ref[3])
{
  return space_limbo (txn, PTR_BLOCK (ref[0]), 1);
}

static error_t
kill_p (struct store_txn *txn, const uint64_t ref[3])
{
  return refs_kill (txn, PTR_BLOCK (ref[0]), 1, ref[1]);
}

/* Is the record of L not needed by the state ST?  */
static bool
link_dead (const struct link *l, const struct state *st)
{
  assert (st->since_p <= st->since_g);
  return l->seq < (l->page ? st->since_p : st->since_g);
}

static error_t
kill_links (struct store_txn *t)
{
  for (struct link *l = t->store->links; l; l = l->next)
    for (size_t i = 0; i < l->n && link_dead (l, &t->st); i++)
      {
	error_t err = (l->page ? refs_kill (t, l->block[i], 1, l->birth)
		       : space_limbo (t, l->block[i], 1));
	if (err)
	  return err;
      }
  return 0;
}

/* The commit from which on there are RECORDS records before this one, in the chain
   of checkpoints (PAGE) or of all commits; 0 if there are not so many.  One of several
   blocks counts for as many: who opens the store has to read them, and what is changed
   again and again is in each.  */
static uint64_t
since_for (const struct store_txn *t, bool page, uint32_t records)
{
  uint64_t from = t->st.seq;
  for (struct link *l = t->store->links; l && records; l = l->next)
    if (l->page || !page)
      {
	from = l->seq;
	records -= l->n > records ? records : l->n ? l->n : 1;
      }
  return records ? 0 : from;
}

/* From which commit on may the changes in LIST stay out of the tree, which has
   those before SINCE?  One more than this commit: none may.  */
static uint64_t
choose_since (struct store_txn *t, struct kvs *list, bool page, uint64_t since)
{
  const struct store *s = t->store;
  uint64_t seq = t->st.seq, must = since_for (t, page, s->chain_max - 1);

  for (size_t i = 0; i < list->n; i++)
    if (!list->e[i].seq)
      list->e[i].seq = seq;
  if (must > since)
    since = must;

  /* Too many?  Then the oldest go, a commit at a time.  */
  for (;;)
    {
      uint64_t next = seq + 1;
      size_t count = 0;
      for (size_t i = 0; i < list->n; i++)
	if (list->e[i].seq >= since)
	  {
	    count++;
	    if (list->e[i].seq >= since && list->e[i].seq < next)
	      next = list->e[i].seq;
	  }
      if (count <= s->pending_max)
	return since;
      since = next + 1;
    }
}

/* How many index nodes this commit should write in all: what has to be merged
   some time soon is merged early while it writes less, so that no single commit
   has to write much more.  */
static uint64_t
budget (const struct store_txn *t)
{
  return t->data_blocks / 16 + 3;
}

/* After how many records a merge is due soon; earlier for the general tree, which
   goes ahead of the other.  */
static uint32_t
soon (const struct store_txn *t, bool page)
{
  uint32_t max = t->store->chain_max;
  return max - max / 8 - 1 - (page ? 0 : max / 8);
}

/* If the records since *SINCE will soon be too many, raise it, a commit at a time,
   to at most LIMIT, as long as the merge of LIST into TREE stays within the budget.
   It is raised farther than needed, so that the other tree has its turn in the next
   commits; and what is larger than the budget is done one by one, by turns.  */
static error_t
go_ahead (struct store_txn *t, const struct tree *tree,
	  const struct kvs *list, bool page, uint64_t limit, uint64_t *since)
{
  uint64_t room = budget (t) > t->meta_blocks ? budget (t) - t->meta_blocks : 0;
  if (!page && room)
    room--;
  bool turn = t->meta_blocks == 0 && t->st.seq % 2 == page;
  uint32_t max = t->store->chain_max;
  uint64_t enough = since_for (t, page, max / 2);
  if (*since >= since_for (t, page, soon (t, page)))
    return 0;
  if (limit > enough)
    limit = enough;
  for (;;)
    {
      uint64_t next = UINT64_MAX, cost;
      for (struct link *l = t->store->links; l; l = l->next)
	if ((l->page || !page) && l->seq > *since)
	  next = l->seq;
      if (next > limit)
	return 0;
      error_t err = tree_cost (t->store, tree, list, next, &cost);
      if (err || (cost > room && !turn))
	return err;
      *since = next;
      turn = false;
    }
}

/* Is nothing to be merged now, and nothing soon?  OVER and BELOW are the changes that
   are not in the tree.  Most commits need not look at these any further.  */
static bool
all_early (const struct store_txn *t, bool page, uint64_t since,
	   size_t over, size_t below)
{
  uint32_t max = t->store->chain_max;
  return (max > 1 && over + below <= t->store->pending_max
	  && since >= since_for (t, page, max - 1)
	  && since >= since_for (t, page, soon (t, page)));
}

static error_t
merge_p (struct store_txn *t)
{
  t->full_p = false;
  if (all_early (t, true, t->st.since_p, t->p.count, t->store->p.count))
    return 0;
  error_t err = map_flatten (&t->p, &t->store->p, &t->list_p);
  if (err)
    return err;
  uint64_t since = choose_since (t, &t->list_p, true, t->st.since_p);
  /* Not farther than the general tree: see merge_g.  */
  err = go_ahead (t, &t->st.p, &t->list_p, true, t->st.since_g, &since);
  if (err)
    return err;
  t->full_p = since > t->st.seq;
  t->st.since_p = t->full_p ? t->st.seq : since;
  return tree_apply (t, &t->st.p, &t->list_p, since, kill_p);
}

/* While this allocates blocks the general tree changes again: those changes stay
   out of it, and go into the record.  */
static error_t
merge_g (struct store_txn *t)
{
  struct tree new = t->st.g;
  error_t err = space_untake (t);
  if (err)
    return err;
  /* A record must not be kept for the general tree when no checkpoint needs it any
     more: it would be on the dead list of one that never did.  */
  uint64_t since = (t->st.since_g > t->st.since_p
		    ? t->st.since_g : t->st.since_p);
  bool early = (since == t->st.since_g
		&& all_early (t, false, since, t->g.count, t->store->g.count));
  if (!early)
    {
      err = map_flatten (&t->g, &t->store->g, &t->list_g);
      if (err)
	return err;
      since = choose_since (t, &t->list_g, false, since);
      err = go_ahead (t, &t->st.g, &t->list_g, false, UINT64_MAX,
		      &since);
      if (err)
	return err;
    }
  t->full_g = since > t->st.seq;
  t->st.since_g = t->full_g ? t->st.seq : since;
  t->frozen = t->g;
  map_init (&t->g);
  err = tree_apply (t, &new, &t->list_g, since, kill_g);
  t->st.g = new;
  return err ? err : kill_links (t);
}

/* Drop the checkpoints beyond the retention rule, in this very commit unless one is
   large; then store_begin sees to the rest.  */
static error_t
retain (struct store_txn *t)
{
  struct view g = txn_g (t);
  bool done = true;
  error_t err = 0;

  while (!err && done)
    {
      struct state st = t->st;
      uint64_t victim;
      st.ckpts++;		/* With the one being written.  */
      err = retention_victim (t->store, &g, &st, &victim);
      if (err || !victim)
	break;
      err = drop_mark (t, victim);
      if (!err)
	err = drop_step (t, &done);
    }
  return err;
}

/* Everything up to the record, into free blocks.  */
static error_t
prepare (struct store_txn *t, struct recref *rec)
{
  struct store *s = t->store;
  bool ckpt = t->st.ckpt != 0;
  error_t err = 0;

  if (ckpt)
    err = txn_finish_objects (t);
  if (!err && t->missing)
    err = store_fail (s, ENOSPC, "store full: the checkpoint does not fit, "
		      "%llu KiB missing", (unsigned long long) t->missing * 4);
  t->meta = true;
  if (!err && t->pack_block)
    {
      uint64_t block = t->pack_block;
      t->pack_block = 0;
      err = wbuf_write (t, block, t->pack);
    }
  if (!err)
    err = refs_settle (t);

  if (!err && ckpt)
    err = merge_p (t);
  if (!err && ckpt && t->st.keep)
    err = retain (t);
  if (!err)
    err = merge_g (t);
  if (!err)
    err = journal_cut (t);
  if (err)
    return err;
  if (s->journal_scanned)
    t->st.jnext = s->jnext;

  if (ckpt)
    {
      struct timespec now;
      clock_gettime (CLOCK_REALTIME, &now);
      t->st.sec = now.tv_sec;
      t->st.nsec = now.tv_nsec;
      t->st.predecessor = t->st.live;
      t->st.last = t->st.live = t->st.ckpt;
      t->st.ckpts++;
      t->st.new_blocks = t->data_blocks;
    }
  err = space_untake (t);
  if (!err)
    err = record_write (t, rec);
  if (!err && ckpt)
    {
      struct view v = txn_g (t);
      err = view_put (&v, GKEY (G_CKPT, 0, t->st.ckpt), rec->ptr,
		      t->st.predecessor, rec->hash);
    }
  return err;
}

static void
drop_links (struct store *s)
{
  for (struct link **l = &s->links; *l;)
    if (link_dead (*l, &s->st))
      {
	struct link *gone = *l;
	*l = gone->next;
	free (gone);
      }
    else
      l = &(*l)->next;
}

/* What the tree has now need not be kept over it.  */
static void
forget_merged (struct map *m, const struct kvs *list)
{
  for (size_t i = 0; i < list->n; i++)
    if (list->e[i].merged)
      map_remove (m, list->e[i].k);
}

/* The commit has happened: what the transaction says is the state now.  This
   cannot fail.  */
static void
install (struct store_txn *t, const struct recref *rec, struct link *link)
{
  struct store *s = t->store;

  s->jsafe = s->st.jtail;
  s->st = t->st;
  s->rec = *rec;
  map_merge (&s->p, &t->p, t->st.seq);
  forget_merged (&s->p, &t->list_p);
  map_merge (&s->g, &t->frozen, t->st.seq);
  forget_merged (&s->g, &t->list_g);
  map_merge (&s->g, &t->g, t->st.seq);
  drop_links (s);
  link->next = s->links;
  s->links = link;

  for (size_t i = 0; i < t->olds.n; i++)
    {
      struct kv *e = &t->olds.e[i];
      struct kv *r = map_get (&t->refs, KEY (0, PTR_BLOCK (e->v[0])));
      if (!r || r->v[2] || PTR_LEN (e->v[0]))
	dedup_remove (s, e->v);
    }
}

error_t
txn_commit (struct store_txn *t)
{
  struct store *s = t->store;
  struct recref rec = { 0, 0, 0 };
  struct link *link = NULL;
  bool committed = false;

  error_t err = prepare (t, &rec);
  if (err)
    goto out;
  link = malloc (sizeof *link + t->rec_n * sizeof link->block[0]);
  if (!link)
    {
      err = ENOMEM;
      goto out;
    }
  link->birth = t->st.ckpt;
  link->seq = t->st.seq;
  link->page = t->st.ckpt != 0;
  link->n = t->rec_n;
  memcpy (link->block, t->rec_blocks, t->rec_n * sizeof link->block[0]);

#ifdef STORE_MUTATE_ROOT_FIRST
  err = root_write (s, &t->st, &rec);
#endif
  if (!err)
    err = wbuf_flush (t);
#ifndef STORE_MUTATE_NO_BARRIER
  if (!err)
    err = dev_barrier (s);
#endif
  if (err)
    goto out;

#ifndef STORE_MUTATE_ROOT_FIRST
  err = root_write (s, &t->st, &rec);	/* This line commits.  */
#endif
#ifndef STORE_MUTATE_NO_LAST_BARRIER
  if (!err)
    err = dev_barrier (s);
#endif
  if (err)
    {
      /* Whether that sector is on the disk nobody knows but the disk.  */
      s->broken = true;
      goto out;
    }
  install (t, &rec, link);
  link = NULL;
  committed = true;

 out:
  free (link);
  txn_free (t, committed);
  return err;
}

error_t
store_commit (struct store_txn *txn, const char *label, uint64_t *number)
{
  struct view g = txn_g (txn);
  error_t err = 0;

  assert (txn->st.ckpt);
  if (label && *label)
    err = label_put (&g, txn->birth, label);
  if (err)
    {
      txn_free (txn, false);
      return err;
    }
  uint64_t n = txn->birth;
  err = txn_commit (txn);
  if (!err && number)
    *number = n;
  return err;
}
