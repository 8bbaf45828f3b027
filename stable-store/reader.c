/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader.c - reading an open checkpoint beside everything else that is done with the
   store: what the checkpoint refers to is not written over while it is open, so a
   reader needs nothing of the store but a way to its device.  */

#include "priv.h"

/* Put a copy of what FROM has into TO.  */
static error_t
copy_map (struct map *to, const struct map *from)
{
  struct key k = KEY (0, 0);
  const struct kv *e;
  error_t err = 0;

  while (!err && (e = map_ceil (from, k)) != NULL)
    {
      err = map_put (to, e);
      k = e->k;
      if (!key_next (&k))
	break;
    }
  return err;
}

error_t
store_reader_open (const struct store_ckpt *ckpt, const struct store_io *io,
		   struct store_ckpt **reader)
{
  struct store *s = calloc (1, sizeof *s);
  struct store_ckpt *c = calloc (1, sizeof *c);
  error_t err = s && c ? 0 : ENOMEM;

  if (!err)
    {
      s->io = *io;
      s->rdonly = true;
      s->limit = ckpt->store->limit;
      s->seed = ckpt->store->seed;
      memcpy (s->uuid, ckpt->store->uuid, sizeof s->uuid);
      c->store = s;
      c->number = ckpt->number;
      c->st = ckpt->st;
      map_init (&c->p);
      err = copy_map (&c->p, &ckpt->p);
    }
  if (err)
    {
      if (c)
	map_clear (&c->p);
      free (c);
      free (s);
      return err;
    }
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
  map_clear (&reader->p);
  free (reader->store);
  free (reader);
}
