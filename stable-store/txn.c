/* SPDX-License-Identifier: GPL-3.0-or-later */
/* txn.c - the beginning and the end of any change to the store.  */

#include "priv.h"

error_t
txn_begin (struct store *s, bool ckpt, struct store_txn **txn)
{
  if (s->txn)
    return store_fail (s, EBUSY, "a checkpoint is being written");
  if (s->rdonly)
    return store_fail (s, EROFS, "the store is open for reading only");
  if (s->broken)
    return store_fail (s, EROFS, "a root could not be written; open the "
		       "store again to see whether the commit happened");

  struct store_txn *t = calloc (1, sizeof *t);
  if (!t)
    return ENOMEM;
  t->store = s;
  t->st = s->st;
  t->st.seq++;
  t->birth = t->st.last + 1;
  t->st.ckpt = ckpt ? t->birth : 0;
  t->st.prev_any = s->rec;
  if (s->st.ckpt)
    t->st.prev_page = s->rec;
  t->meta = !ckpt;
  map_init (&t->g);
  map_init (&t->p);
  map_init (&t->frozen);
  map_init (&t->refs);
  map_init (&t->objmap);
  s->txn = t;

  error_t err = space_ripen (t);
  if (!err && ckpt)
    {
      t->st.objects = 0;	/* Counted anew; pages are kept up to date.  */
      err = dedup_build (s);
    }
  if (err)
    txn_free (t, false);
  else
    *txn = t;
  return err;
}

void
txn_free (struct store_txn *t, bool committed)
{
  struct store *s = t->store;

  /* The index of contents describes the last commit again.  */
  if (!committed)
    for (size_t i = 0; i < t->news.n; i++)
      dedup_remove (s, t->news.e[i].v);

  while (t->objs)
    {
      struct store_obj *o = t->objs;
      t->objs = o->next;
      free (o->kept);
      free (o);
    }
  s->starved = t->missing != 0;
  map_clear (&t->objmap);
  map_clear (&t->refs);
  map_clear (&t->frozen);
  map_clear (&t->g);
  map_clear (&t->p);
  free (t->list_g.e);
  free (t->list_p.e);
  free (t->news.e);
  free (t->olds.e);
  free (t->rec_blocks);
  free (t->pack);
  assert (s->txn == t);
  s->txn = NULL;
  free (t);
}

void
store_abort (struct store_txn *txn)
{
  if (txn)
    txn_free (txn, false);
}

/* Make what is in limbo usable, by commits that change nothing.  */
error_t
txn_settle (struct store *s)
{
  error_t err = 0;
  for (int i = 0; i < 2 && s->st.limbo && !err; i++)
    {
      struct store_txn *txn;
      err = txn_begin (s, false, &txn);
      if (!err)
	err = txn_commit (txn);
    }
  return err;
}

error_t
store_begin (struct store *s, struct store_txn **txn)
{
  if (s->txn)
    return store_fail (s, EBUSY, "a checkpoint is being written");
  error_t err = retention_enforce (s);
  /* Short of space, blocks must not wait for commits that may not come.  */
  if (!err && s->st.limbo
      && (s->starved || s->st.limbo > s->st.nblocks / 32
	  || s->st.free < s->st.nblocks / 4))
    err = txn_settle (s);
  s->starved = false;
  return err ? err : txn_begin (s, true, txn);
}

uint64_t
store_txn_number (const struct store_txn *txn)
{
  return txn->birth;
}

uint64_t
store_txn_missing (const struct store_txn *txn)
{
  return txn->missing;
}
