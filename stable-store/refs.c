/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refs.c - how many places of the state being written refer to a data block.

   Only that one state is counted, and only counts above one are stored.  A block
   that loses its last reference in it is dead, but checkpoints before may need it:
   it is put on the dead list of the last of them, with its birth; drop.c goes on
   from there.  So neither a commit nor a drop ever looks at what it does not
   change.  */

#include "priv.h"

error_t
refs_add (struct store_txn *txn, const uint64_t ref[3], int change)
{
  struct key k = KEY (0, PTR_BLOCK (ref[0]));
  struct kv *old = map_get (&txn->refs, k);
  if (old)
    {
      old->v[0] += change;
      return 0;
    }
  struct kv e = { .k = k, .v = { (uint64_t) (int64_t) change, ref[1], 0 } };
  return map_add (&txn->refs, &e);
}

error_t
refs_kill (struct store_txn *txn, uint64_t first, uint64_t count,
	   uint64_t birth)
{
  struct view g = txn_g (txn);
  if (birth == txn->birth)
    return space_free (txn, first, count);
  if (birth > txn->st.live)
    return space_limbo (txn, first, count);
  return view_put (&g, GKEY (G_DEAD, txn->st.live, first), count, birth, 0);
}

/* Settle one block: *GONE says that nothing refers to it any more.  */
static error_t
settle (struct store_txn *txn, const struct kv *ref, bool *gone)
{
  struct view g = txn_g (txn);
  struct key k = GKEY (G_DUP, 0, ref->k.lo);
  struct kv e;
  bool new = ref->v[1] == txn->birth;
  int64_t count = 0, change = (int64_t) ref->v[0];
  *gone = false;
  if (change == 0 && !new)
    return 0;

  error_t err = new ? ENOENT : view_get (&g, k, &e);
  if (err && err != ENOENT)
    return err;
  if (!new)
    count = err ? 1 : (int64_t) e.v[1] + 1;
  if (count + change < 0)
    return store_fail (txn->store, EILSEQ,
		       "block %llu: more references lost than counted",
		       (unsigned long long) ref->k.lo);
  count += change;
  *gone = count == 0;
  if (count > 1)
    return view_put (&g, k, 0, count - 1, 0);
  return err ? 0 : view_del (&g, k);
}

/* Blocks to which nothing refers any more: neighbours of the same age go together.  */
struct settling
{
  struct store_txn *txn;
  uint64_t first, count, birth;
};

static error_t
settle_one (void *arg, struct kv *r)
{
  struct settling *s = arg;
  bool gone;
  error_t err = settle (s->txn, r, &gone);

  if (err)
    return err;
  if (gone && s->count && r->k.lo == s->first + s->count
      && r->v[1] == s->birth)
    s->count++;
  else if (gone)
    {
      err = s->count ? refs_kill (s->txn, s->first, s->count, s->birth) : 0;
      if (err)
	return err;
      s->first = r->k.lo;
      s->count = 1;
      s->birth = r->v[1];
    }
  r->v[2] = gone;
  return 0;
}

error_t
refs_settle (struct store_txn *txn)
{
  struct settling s = { .txn = txn };
  error_t err = map_walk (&txn->refs, settle_one, &s);

  return err || s.count == 0 ? err
	 : refs_kill (txn, s.first, s.count, s.birth);
}
