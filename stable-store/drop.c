/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drop.c - dropping a checkpoint.

   Its own dead list tells everything: what was born after the checkpoint before it
   is in no other one, and free; the rest is handed to that one's list.  A long list
   is gone through in steps, each a commit of its own, so that a full store needs
   room for one step only; the state remembers what is left to do.  */

#include "priv.h"

/* The checkpoint NUMBER is none any more, from this commit on.  */
error_t
drop_mark (struct store_txn *txn, uint64_t number)
{
  struct view g = txn_g (txn);
  struct kv e, next;
  error_t err = view_get (&g, GKEY (G_CKPT, 0, number), &e);
  if (err == ENOENT)
    return store_fail (txn->store, ENOENT, "there is no checkpoint %llu",
		       (unsigned long long) number);
  if (err)
    return err;
  uint64_t before = e.v[1];

  uint64_t after = txn->birth;
  err = view_ceil (&g, GKEY (G_CKPT, 0, number + 1), &next);
  if (!err && GKIND (next.k) == G_CKPT)
    {
      after = next.k.lo;
      err = view_put (&g, next.k, next.v[0], before, next.v[2]);
    }
  else if (err == ENOENT)
    err = 0;
  if (!err)
    err = parent_drop (&g, number, before, after);
  if (!err)
    err = view_del (&g, e.k);
  if (!err)
    err = label_put (&g, number, "");
  if (err)
    return err;

  assert (!txn->st.dropping);
  txn->st.dropping = number;
  txn->st.drop_before = before;
  txn->st.ckpts--;
  if (txn->st.live == number)
    txn->st.live = before;
  return 0;
}

error_t
drop_step (struct store_txn *txn, bool *done)
{
  struct view g = txn_g (txn);
  uint64_t number = txn->st.dropping, before = txn->st.drop_before;
  struct kv e;

  *done = false;
  for (int i = 0; i < DROP_STEP; i++)
    {
      error_t err = view_ceil (&g, GKEY (G_DEAD, number, 0), &e);
      if (err == ENOENT
	  || (!err && (GKIND (e.k) != G_DEAD || GSUB (e.k) != number)))
	{
	  *done = true;
	  txn->st.dropping = txn->st.drop_before = 0;
	  return 0;
	}
      if (!err)
	err = view_del (&g, e.k);
      if (!err)
	err = (e.v[1] > before ? space_limbo (txn, e.k.lo, e.v[0])
	       : view_put (&g, GKEY (G_DEAD, before, e.k.lo), e.v[0], e.v[1],
			   0));
      if (err)
	return err;
    }
  return 0;
}

error_t
drop_finish (struct store *s)
{
  error_t err = 0;
  while (s->st.dropping && !err)
    {
      struct store_txn *txn;
      bool done;
      err = txn_begin (s, false, &txn);
      if (err)
	return err;
      err = drop_step (txn, &done);
      if (err)
	txn_free (txn, false);
      else
	err = txn_commit (txn);
    }
  return err;
}

error_t
store_drop (struct store *s, uint64_t number)
{
  struct store_txn *txn;
  bool done;
  if (ckpt_is_open (s, number))
    return store_fail (s, EBUSY, "checkpoint %llu is open",
		       (unsigned long long) number);
  error_t err = drop_finish (s);
  if (!err)
    err = txn_begin (s, false, &txn);
  if (err)
    return err;
  err = drop_mark (txn, number);
  if (!err)
    err = drop_step (txn, &done);
  if (err)
    {
      txn_free (txn, false);
      return err;
    }
  err = txn_commit (txn);
  return err ? err : drop_finish (s);
}
