/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.c - error texts, the hash, and device access that fills both.  */

#include "priv.h"
#include <stdarg.h>
#include <stdio.h>
#include <xxhash.h>

error_t
store_fail (struct store *store, error_t err, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  vsnprintf (store->error, sizeof store->error, fmt, ap);
  va_end (ap);
  return err;
}

const char *
store_error (const struct store *store)
{
  return store->error;
}

uint64_t
store_hash (const struct store *store, const void *p, size_t n)
{
  uint64_t h;
#ifdef __i386__
  /* The library is built for the oldest machines; this is four times as fast.  */
  if (__builtin_cpu_supports ("sse2"))
    h = hash_sse2 (p, n, store->seed);
  else
#endif
    h = XXH3_64bits_withSeed (p, n, store->seed);
  return h ? h : 1;		/* 0 means "no hash" in an entry.  */
}

error_t
dev_read (struct store *store, uint64_t block, uint32_t n, void *buf,
	  const char *what)
{
  if (block >= store->limit || n > store->limit - block)
    return store_fail (store, EILSEQ, "block %llu: %s is beyond the end of the "
		       "device, which has %llu KiB: was it cut short?",
		       (unsigned long long) block, what,
		       (unsigned long long) store->limit * 4);
  store->stats.reads++;
  store->stats.blocks_read += n;
  error_t err = store->io.read (store->io.ctx, block, n, buf);
  if (err)
    store_fail (store, err, "block %llu: cannot read %s: %s",
		(unsigned long long) block, what, strerror (err));
  return err;
}

error_t
dev_write (struct store *store, uint64_t block, uint32_t n, const void *buf,
	   const char *what)
{
  assert (block < store->limit && n <= store->limit - block);
  store->stats.writes++;
  store->stats.blocks_written += n;
  error_t err = store->io.write (store->io.ctx, block, n, buf);
  if (err)
    store_fail (store, err, "block %llu: cannot write %s: %s",
		(unsigned long long) block, what, strerror (err));
  return err;
}

error_t
dev_barrier (struct store *store)
{
  store->stats.barriers++;
  error_t err = store->io.barrier (store->io.ctx);
  if (err)
    store_fail (store, err, "the device cannot flush: %s", strerror (err));
  return err;
}
