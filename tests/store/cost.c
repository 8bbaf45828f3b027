/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cost.c - what things cost, from counts of blocks, not from clocks.

   cost [--full]: with a larger object.  */

#include "model.h"
#include "sim.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sim sim;
static struct store *s;
static unsigned failed, passed;
static uint32_t next_value = 1;

static void
ok (error_t err, const char *what)
{
  if (!err)
    return;
  fprintf (stderr, "cost: %s: %s: %s\n", what, strerror (err),
	   s ? store_error (s) : "");
  exit (1);
}

static void
at_most (const char *what, double value, double limit)
{
  bool good = value <= limit;
  printf ("cost: %-58s %10.4f (at most %g)%s\n", what, value, limit,
	  good ? "" : "  FAILED");
  if (good)
    passed++;
  else
    failed++;
}

static void
start (uint64_t nblocks, uint32_t keep)
{
  struct store_options o = { .keep = keep };
  sim_init (&sim, nblocks, nblocks);
  struct store_io io = sim_io (&sim);
  ok (store_format (&io, &o), "format");
  ok (store_open (&io, 0, &s, NULL), "open");
}

static void
stop (void)
{
  uint64_t damage;
  ok (store_scrub (s, STORE_SCRUB_SPACE, NULL, NULL, &damage), "scrub");
  at_most ("damage afterwards", damage, 0);
  store_close (s);
  sim_free (&sim);
}

/* Write RUNS runs of LENGTH new pages each, at places in an object of PAGES.  */
static uint64_t
checkpoint (uint64_t pages, unsigned runs, unsigned length)
{
  struct store_txn *t;
  struct store_obj *o;
  uint8_t page[STORE_PAGE];
  uint64_t n;
  ok (store_begin (s, &t), "begin");
  if (store_keep_object (t, 1, &o))
    ok (store_object_create (t, 1, 1, &o), "create");
  for (unsigned r = 0; r < runs; r++)
    {
      /* Places spread evenly, so that runs do not meet.  */
      uint64_t span = pages / runs;
      uint64_t at = r * span + (span > length
				? (next_value * 2654435761u) % (span - length)
				: 0);
      for (unsigned i = 0; i < length; i++)
	{
	  model_page (next_value++, page);
	  ok (store_put_page (o, at + i, page), "put");
	}
    }
  ok (store_commit (t, NULL, &n), "commit");
  return n;
}

/* Blocks written per changed page: the average of COUNT checkpoints, and the
   greatest of any single one if SINGLE says that it has the same limit.  The first
   70 are not counted: a checkpoint also writes index nodes for those a few before
   it, and those shall be of the same kind.  */
static void
amplification (uint64_t pages, unsigned runs, unsigned length, unsigned count,
	       double limit, bool single)
{
  uint64_t total = 0, most = 0;
  char what[100];
  for (unsigned i = 0; i < 70; i++)
    checkpoint (pages, runs, length);
  for (unsigned i = 0; i < count; i++)
    {
      uint64_t before = sim.blocks_written;
      checkpoint (pages, runs, length);
      uint64_t now = sim.blocks_written - before;
      total += now;
      most = now > most ? now : most;
    }
  snprintf (what, sizeof what, "%u runs of %u pages in %u MiB, %u ckpts%s",
	    runs, length, (unsigned) (pages / 256), count,
	    single ? "" : ", average");
  at_most (what, (double) total / count / (runs * length), limit);
  if (single)
    at_most ("  and the greatest of them",
	     (double) most / (runs * length), limit);
}

static void
amplifications (uint64_t pages, bool full)
{
  start (pages * 2 + 40000, 5);
  checkpoint (pages, 1, pages);
  amplification (pages, 8, 32, 100, 1.10, true);
  amplification (pages, 1, 256, 100, 1.10, true);
  amplification (pages, 1, 16, full ? 1000 : 200, 1.5, true);
  amplification (pages, 256, 1, 100, 1.5, false);
  stop ();
}

static uint64_t
reads_to_open (void)
{
  struct store_io io = sim_io (&sim);
  struct store *second;
  uint64_t before = sim.blocks_read;
  ok (store_open (&io, STORE_RDONLY, &second, NULL), "open");
  store_close (second);
  return sim.blocks_read - before;
}

/* Blocks read to open checkpoint N in a store just opened, and all its pages one
   by one.  */
static uint64_t
reads_to_restore (uint64_t n, uint64_t pages)
{
  struct store_ckpt *c;
  uint8_t page[STORE_PAGE];
  struct store_io io = sim_io (&sim);
  store_close (s);
  ok (store_open (&io, 0, &s, NULL), "open");
  uint64_t before = sim.blocks_read;
  ok (store_ckpt_open (s, n, &c), "ckpt open");
  for (uint64_t i = 0; i < pages; i++)
    ok (store_read_pages (c, 1, i, 1, page), "read");
  store_ckpt_close (c);
  return sim.blocks_read - before;
}

/* Blocks read and written to drop N.  */
static uint64_t
cost_to_drop (uint64_t n)
{
  uint64_t before = sim.blocks_read + sim.blocks_written;
  ok (store_drop (s, n), "drop");
  return sim.blocks_read + sim.blocks_written - before;
}

static void
history (void)
{
  enum { PAGES = 3000, COUNT = 10000, WINDOW = 70 };
  uint64_t early = 0, late = 0, drop_early = 0, drop_late = 0;
  start (100000, 0);
  checkpoint (PAGES, 1, PAGES);
  for (unsigned n = 2; n <= COUNT; n++)
    {
      checkpoint (PAGES, 3, 1);
      uint64_t reads = (n > 200 && n <= 200 + WINDOW) || n > COUNT - WINDOW
	? reads_to_open () : 0;
      if (n <= 200 + WINDOW)
	early = reads > early ? reads : early;
      else
	late = reads > late ? reads : late;
      if (n == 400)
	for (unsigned i = 300; i < 310; i++)
	  drop_early += cost_to_drop (i);
    }
  printf ("cost: history of %u checkpoints: reads to open %llu early, %llu "
	  "late\n", COUNT, (unsigned long long) early,
	  (unsigned long long) late);
  at_most ("reads to open, late / early", (double) late / early, 1.05);

  uint64_t first = reads_to_restore (1, PAGES);
  uint64_t middle = reads_to_restore (COUNT / 2, PAGES);
  uint64_t last = reads_to_restore (COUNT, PAGES);
  printf ("cost: blocks read to restore %u pages: first %llu, middle %llu, last "
	  "%llu\n", PAGES, (unsigned long long) first,
	  (unsigned long long) middle, (unsigned long long) last);
  at_most ("reads to restore, last / first", (double) last / first, 1.05);
  at_most ("reads to restore, first / last", (double) first / last, 1.05);
  at_most ("reads to restore, middle / first", (double) middle / first, 1.05);

  for (unsigned i = 6000; i < 6010; i++)
    drop_late += cost_to_drop (i);
  printf ("cost: blocks read and written for 10 drops: %llu of 400, %llu of "
	  "%u\n", (unsigned long long) drop_early,
	  (unsigned long long) drop_late, COUNT);
  at_most ("blocks per drop of 3 pages", drop_late / 10., 12);
  stop ();
}

/* Dropping a checkpoint costs in proportion to what only it has.  */
static void
freeing (void)
{
  enum { PAGES = 20000 };
  start (200000, 0);
  checkpoint (PAGES, 1, PAGES);
  uint64_t small = checkpoint (PAGES, 10, 1);
  uint64_t large = checkpoint (PAGES, 1000, 1);
  checkpoint (PAGES, 10, 1);
  checkpoint (PAGES, 1000, 1);
  for (unsigned i = 0; i < 70; i++)
    checkpoint (PAGES, 1, 1);
  /* What SMALL alone has is what the next replaced of it, and so on.  */
  uint64_t a = cost_to_drop (small), b = cost_to_drop (large);
  printf ("cost: blocks to drop after 10 and after 1000 changed pages: %llu, "
	  "%llu\n", (unsigned long long) a, (unsigned long long) b);
  at_most ("blocks to drop, per page freed or handed on",
	   (double) (a + b) / 1010, 0.1);
  stop ();
}

int
main (int argc, char **argv)
{
  bool full = argc > 1 && strcmp (argv[1], "--full") == 0;
  amplifications (4096, full);
  amplifications (16384, full);
  if (full)
    amplifications (131072, full);
  history ();
  freeing ();
  printf ("cost: %u passed, %u failed\n", passed, failed);
  return failed != 0;
}
