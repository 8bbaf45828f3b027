/* SPDX-License-Identifier: GPL-3.0-or-later */
/* retention.c - which checkpoints stay by themselves.  */

#include "priv.h"

/* *NUMBER = the oldest checkpoint in G that the rule does not keep, or 0.
   st->ckpts may count one that is not in G yet.  */
error_t
retention_victim (struct store *s, const struct view *g,
		  const struct state *st, uint64_t *number)
{
  struct key k = GKEY (G_CKPT, 0, 0);
  struct kv e, l;

  *number = 0;
  if (!st->keep || st->dropping)
    return 0;
  for (uint64_t left = st->ckpts; left > st->keep; left--)
    {
      error_t err = view_ceil (g, k, &e);
      if (err == ENOENT || (!err && GKIND (e.k) != G_CKPT))
	return 0;
      if (err)
	return err;
      err = view_get (g, GKEY (G_LABEL, 0, e.k.lo * 4), &l);
      if (err == ENOENT && !ckpt_is_open (s, e.k.lo))
	{
	  *number = e.k.lo;
	  return 0;
	}
      if (err && err != ENOENT)
	return err;
      k = e.k;
      key_next (&k);
    }
  return 0;
}

error_t
retention_enforce (struct store *s)
{
  error_t err = drop_finish (s);
  while (!err)
    {
      struct view g = head_g (s);
      uint64_t victim;
      err = retention_victim (s, &g, &s->st, &victim);
      if (err || !victim)
	break;
      err = store_drop (s, victim);
    }
  return err;
}

error_t
store_set_retention (struct store *s, uint32_t keep)
{
  struct store_txn *txn;
  error_t err = drop_finish (s);
  if (!err && s->st.keep != keep)
    {
      err = txn_begin (s, false, &txn);
      if (!err)
	{
	  txn->st.keep = keep;
	  err = txn_commit (txn);
	}
    }
  return err ? err : retention_enforce (s);
}

error_t
store_set_compression (struct store *s, bool on)
{
  struct store_txn *txn;
  if ((s->st.compress != 0) == on)
    return 0;
  error_t err = txn_begin (s, false, &txn);
  if (err)
    return err;
  txn->st.compress = on;
  return txn_commit (txn);
}
