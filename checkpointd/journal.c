/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's journal, for those who record what crosses the border.  */

#include "internal.h"

error_t
checkpointd_journal_append (uint32_t type, const void *data, size_t len,
			    uint64_t *seq)
{
  struct conductor *c = &conductor;
  error_t err = 0;

  pthread_mutex_lock (&c->store_lock);
  if (c->store)
    err = store_journal_append (c->store, c->last_number, type, data, len,
				seq);
  pthread_mutex_unlock (&c->store_lock);
  return err;
}

error_t
checkpointd_journal_next (uint64_t after, uint64_t *seq, uint32_t *type,
			  void **data, size_t *len)
{
  struct conductor *c = &conductor;
  struct store_journal_record r = { 0 };
  error_t err = ENOENT;

  pthread_mutex_lock (&c->store_lock);
  if (c->store)
    err = store_journal_next (c->store, after, &r, data);
  pthread_mutex_unlock (&c->store_lock);
  *seq = r.seq;
  *type = r.type;
  *len = r.length;
  return err;
}

error_t
checkpointd_journal_applied (uint64_t seq)
{
  struct conductor *c = &conductor;
  error_t err = 0;

  pthread_mutex_lock (&c->store_lock);
  if (c->store)
    err = store_journal_applied (c->store, seq);
  pthread_mutex_unlock (&c->store_lock);
  return err;
}
