/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cache in front of the store's device.

   The store compares a page with what it has of the same hash before it shares
   it; the pages that programs have in common (their libraries) are compared again
   for each program that starts.  Direct-mapped and write-through: what the device
   has is never older than what is here.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define BLOCKS	4096		/* 16 MiB, of which only what is used exists.  */
#define LARGE	16		/* So many blocks written at once are not kept: what
				   programs change is seldom read back.  */

struct cache
{
  struct store_io io;
  uint64_t block[BLOCKS];	/* What a place holds, plus 1; 0: nothing.  */
  uint8_t data[BLOCKS][STORE_PAGE];
};

static bool
has (const struct cache *c, uint64_t block)
{
  return c->block[block % BLOCKS] == block + 1;
}

static void
put (struct cache *c, uint64_t block, uint32_t n, const void *data)
{
  const char *from = data;
  for (uint32_t i = 0; i < n; i++, block++)
    {
      c->block[block % BLOCKS] = block + 1;
      memcpy (c->data[block % BLOCKS], from + (size_t) i * STORE_PAGE,
	      STORE_PAGE);
    }
}

static error_t
cache_read (void *ctx, uint64_t block, uint32_t n, void *buffer)
{
  struct cache *c = ctx;
  char *to = buffer;
  uint32_t i = 0;

  for (; i < n && has (c, block + i); i++)
    memcpy (to + (size_t) i * STORE_PAGE, c->data[(block + i) % BLOCKS],
	    STORE_PAGE);
  if (i == n)
    return 0;
  error_t err = c->io.read (c->io.ctx, block + i, n - i,
			    to + (size_t) i * STORE_PAGE);
  if (err == 0)
    put (c, block + i, n - i, to + (size_t) i * STORE_PAGE);
  return err;
}

static error_t
cache_write (void *ctx, uint64_t block, uint32_t n, const void *buffer)
{
  struct cache *c = ctx;
  error_t err = conductor_fault (AT_DEVICE);
  if (err == 0)
    err = c->io.write (c->io.ctx, block, n, buffer);
  if (err == 0 && n < LARGE)
    put (c, block, n, buffer);
  else
    for (uint32_t i = 0; i < n; i++)
      if (has (c, block + i))
	c->block[(block + i) % BLOCKS] = 0;
  return err;
}

static error_t
cache_barrier (void *ctx)
{
  struct cache *c = ctx;
  return c->io.barrier (c->io.ctx);
}

static error_t
cache_size (void *ctx, uint64_t *n)
{
  struct cache *c = ctx;
  return c->io.size (c->io.ctx, n);
}

static void
cache_close (void *ctx)
{
  struct cache *c = ctx;
  if (c->io.close)
    c->io.close (c->io.ctx);
  free (c);
}

error_t
conductor_cache (struct store_io *io)
{
  struct cache *c = calloc (1, sizeof *c);
  if (c == NULL)
    return ENOMEM;
  c->io = *io;
  *io = (struct store_io)
    {
      .ctx = c, .read = cache_read, .write = cache_write,
      .barrier = cache_barrier, .size = cache_size, .close = cache_close,
    };
  return 0;
}
