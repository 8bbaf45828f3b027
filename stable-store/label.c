/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label.c - names for checkpoints, in up to three index entries of 24 bytes.  */

#include "priv.h"

error_t
label_get (const struct view *g, uint64_t number,
	   char label[STORE_LABEL_MAX + 1])
{
  uint8_t text[72] = { 0 };
  struct kv e;
  for (unsigned part = 0; part < 3; part++)
    {
      error_t err = view_get (g, GKEY (G_LABEL, 0, number * 4 + part), &e);
      if (err == ENOENT)
	break;
      if (err)
	return err;
      for (unsigned i = 0; i < 3; i++)
	put64 (text + part * 24 + i * 8, e.v[i]);
    }
  memcpy (label, text, STORE_LABEL_MAX);
  label[STORE_LABEL_MAX] = 0;
  return 0;
}

error_t
label_put (const struct view *g, uint64_t number, const char *label)
{
  uint8_t text[72] = { 0 };
  size_t length = strlen (label);
  if (length > STORE_LABEL_MAX)
    return store_fail (g->store, EINVAL, "label longer than %u bytes",
		       STORE_LABEL_MAX);
  memcpy (text, label, length);
  for (unsigned part = 0; part < 3; part++)
    {
      struct key k = GKEY (G_LABEL, 0, number * 4 + part);
      const uint8_t *t = text + part * 24;
      error_t err = (length > part * 24
		     ? view_put (g, k, get64 (t), get64 (t + 8),
				 get64 (t + 16))
		     : view_del (g, k));
      if (err)
	return err;
    }
  return 0;
}

error_t
store_label (struct store *s, uint64_t number, const char *label)
{
  struct store_txn *txn;
  struct kv e;
  error_t err = txn_begin (s, false, &txn);
  if (err)
    return err;
  struct view g = txn_g (txn);
  err = view_get (&g, GKEY (G_CKPT, 0, number), &e);
  if (err == ENOENT)
    store_fail (s, ENOENT, "there is no checkpoint %llu",
		(unsigned long long) number);
  if (!err)
    err = label_put (&g, number, label ? label : "");
  if (err)
    {
      txn_free (txn, false);
      return err;
    }
  return txn_commit (txn);
}
