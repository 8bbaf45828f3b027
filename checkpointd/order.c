/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which order pages are wanted after a restore: as the last run wanted them.

   It is known from that run's own page faults, after its restore; of a page that had been
   read ahead in time, there was none, so what was read ahead is wanted again.  Then come
   the pages written to lately.  The order is an object of the checkpoint:

     u32 version, u32 number of runs; for each, u64 object, u32 first page, u32 pages

   It is a hint: what it says of pages that are not there does no harm.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define ORDER_VERSION		1
#define RUNS		504	/* Two pages of the store.  */
#define BYTES_MAX	(64U * 1024)
#define WRITE_EVERY	16	/* Checkpoints.  */

struct run
{
  uint64_t object;
  uint32_t first, n;
};

struct runs
{
  unsigned int n;
  struct run run[RUNS];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* A leaf.  */
static struct runs last;	/* As the checkpoint that was restored has it.  */
static struct runs asked;	/* Since then.  */
static struct runs dirtied;	/* Lately: a ring, */
static unsigned int at;		/* whose next place this is.  */
static unsigned int age;	/* Checkpoints since it was written.  */

void
conductor_order_asked (uint64_t object, uint64_t first, uint64_t n)
{
  pthread_mutex_lock (&lock);
  if (asked.n < RUNS)
    asked.run[asked.n++] = (struct run) { object, first, n };
  pthread_mutex_unlock (&lock);
}

void
conductor_order_dirtied (void *context, uint64_t object, uint64_t first,
			 uint64_t n)
{
  pthread_mutex_lock (&lock);
  dirtied.run[at] = (struct run) { object, first, n };
  at = (at + 1) % RUNS;
  if (dirtied.n < RUNS)
    dirtied.n++;
  pthread_mutex_unlock (&lock);
}

bool
conductor_order_get (size_t i, uint64_t *object, uint64_t *first, uint64_t *n)
{
  if (i >= last.n || conductor.config.no_order)
    return false;
  *object = last.run[i].object;
  *first = last.run[i].first;
  *n = last.run[i].n;
  return true;
}

/* Add R to ALL if it is not in it.  */
static void
add (struct runs *all, const struct run *r)
{
  for (unsigned int i = 0; i < all->n; i++)
    if (all->run[i].object == r->object && all->run[i].first <= r->first
	&& r->first + (uint64_t) r->n
	   <= all->run[i].first + (uint64_t) all->run[i].n)
      return;
  if (all->n < RUNS)
    all->run[all->n++] = *r;
}

/* Put the whole order into BLOB.  */
static void
collect (struct ckpt_blob *blob)
{
  static struct runs all;

  all.n = 0;
  pthread_mutex_lock (&lock);
  for (unsigned int i = 0; i < asked.n; i++)
    add (&all, &asked.run[i]);
  for (unsigned int i = 0; i < last.n; i++)
    add (&all, &last.run[i]);
  for (unsigned int i = 1; i <= dirtied.n; i++)
    add (&all, &dirtied.run[(at + RUNS - i) % RUNS]);
  pthread_mutex_unlock (&lock);
  ckpt_put_u32 (blob, ORDER_VERSION);
  ckpt_put_u32 (blob, all.n);
  for (unsigned int i = 0; i < all.n; i++)
    {
      ckpt_put_u64 (blob, all.run[i].object);
      ckpt_put_u32 (blob, all.run[i].first);
      ckpt_put_u32 (blob, all.run[i].n);
    }
}

error_t
conductor_order_write (void *context, struct store_txn *txn)
{
  struct ckpt_blob blob = { 0 };
  struct store_obj *obj;

  /* Soon after the start, then now and then.  */
  unsigned int n = age++;
  if (n % WRITE_EVERY && n & (n - 1)
      && store_keep_object (txn, CI_OBJECT_ORDER, NULL) == 0)
    return 0;
  collect (&blob);
  error_t err = blob.error;
  if (err == 0)
    err = store_object_create (txn, CI_OBJECT_ORDER, CI_TYPE_BLOB, &obj);
  if (err == 0)
    err = store_put_blob (obj, blob.data, blob.len);
  ckpt_blob_free (&blob);
  return err;
}

void
conductor_order_load (struct store_ckpt *ckpt)
{
  struct ckpt_reader r = { 0 };
  void *data;

  last.n = 0;
  if (store_read_blob (ckpt, CI_OBJECT_ORDER, BYTES_MAX, &data, &r.len))
    return;
  r.data = data;
  uint32_t version = ckpt_get_u32 (&r), n = ckpt_get_u32 (&r);
  while (!r.error && version == ORDER_VERSION && n-- > 0 && last.n < RUNS)
    {
      struct run run = { .object = ckpt_get_u64 (&r) };
      run.first = ckpt_get_u32 (&r);
      run.n = ckpt_get_u32 (&r);
      if (!r.error && run.n <= CI_ADDRESS_MAX / CI_PAGE)
	last.run[last.n++] = run;
    }
  free (data);
}
