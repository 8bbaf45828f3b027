/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader.c - reading an open checkpoint beside everything else that is done with the
   store: what the checkpoint refers to is not written over while it is open, so a
   reader needs nothing of the store but a way to its device.  */

#include "priv.h"

error_t
store_reader_open (const struct store_ckpt *ckpt, const struct store_io *io,
		   struct store_ckpt **reader)
{
  struct store *s = calloc (1, sizeof *s);
  struct store_ckpt *c = calloc (1, sizeof *c);

  if (!s || !c)
    {
      free (c);
      free (s);
      return ENOMEM;
    }
  s->io = *io;
  s->rdonly = true;
  s->limit = ckpt->store->limit;
  s->seed = ckpt->store->seed;
  memcpy (s->uuid, ckpt->store->uuid, sizeof s->uuid);
  c->store = s;
  c->number = ckpt->number;
  c->st = ckpt->st;
  /* Nothing of it changes while the checkpoint is open.  */
  c->p = ckpt->p;
  *reader = c;
  return 0;
}

const char *
store_reader_error (const struct store_ckpt *reader)
{
  return reader->store->error;
}

void
store_reader_close (struct store_ckpt *reader)
{
  if (!reader)
    return;
  node_cache_clear (reader->store);
  free (reader->store);
  free (reader);
}
