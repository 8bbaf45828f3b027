/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flip-image - any byte of a real image changed is harmless or reported, and never a
   wrong page.

   flip-image IMAGE [COUNT [SEED]]: so many changes (default 10000), one at a time,
   in memory.  Before them, everything in the image is noted: each checkpoint, its
   objects, their pages.  After each, what still reads must be that, for the newest
   checkpoint and another one; if nothing at all is reported by opening and scrubbing,
   the list of checkpoints must be complete, too.  */

#include "store.h"
#include <error.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <xxhash.h>

/* A page of the reference; PAGE is UINT64_MAX for the object itself.  */
struct entry
{
  uint64_t id, page, hash;
};

struct reference
{
  uint64_t number;
  struct entry *e;
  size_t n, room;
};

static struct reference *refs;
static size_t nrefs;
static uint64_t previous_last;	/* The last one of the root before.  */
static uint8_t *disk;
static uint64_t nblocks, rnd_state;

static uint64_t
rnd (void)
{
  rnd_state = rnd_state * 6364136223846793005ull + 1442695040888963407ull;
  return rnd_state >> 24;
}

static error_t
mem_read (void *ctx, uint64_t block, uint32_t n, void *buf)
{
  (void) ctx;
  memcpy (buf, disk + block * STORE_PAGE, (size_t) n * STORE_PAGE);
  return 0;
}

static error_t
mem_write (void *ctx, uint64_t block, uint32_t n, const void *buf)
{
  (void) ctx, (void) block, (void) n, (void) buf;
  abort ();
}

static error_t
mem_barrier (void *ctx)
{
  (void) ctx;
  return 0;
}

static error_t
mem_size (void *ctx, uint64_t *n)
{
  (void) ctx;
  *n = nblocks;
  return 0;
}

static const struct store_io io = { NULL, mem_read, mem_write, mem_barrier,
				    mem_size, NULL };

static void
add (struct reference *r, uint64_t id, uint64_t page, uint64_t hash)
{
  if (r->n == r->room)
    {
      r->room = r->room ? r->room * 2 : 1024;
      r->e = realloc (r->e, r->room * sizeof *r->e);
      if (!r->e)
	exit (2);
    }
  r->e[r->n++] = (struct entry) { id, page, hash };
}

/* Walk through checkpoint N of S, giving all to NEXT until it returns false or
   something does not read.  Returns 0 at the end.  */
static error_t
walk (struct store *s, uint64_t n, bool (*next) (void *, uint64_t, uint64_t,
						 uint64_t), void *arg)
{
  static uint8_t page[STORE_PAGE];
  struct store_object_info o = { .id = 0 };
  struct store_ckpt *c;
  error_t err = store_ckpt_open (s, n, &c);
  if (err)
    return err;
  while (!err && (err = store_next_object (c, o.id, &o)) == 0)
    {
      uint64_t head[2] = { o.type, o.length }, at = 0;
      if (!next (arg, o.id, UINT64_MAX, XXH64 (head, sizeof head, 1)))
	break;
      while ((err = store_next_page (c, o.id, at, &at)) == 0
	     && (err = store_read_pages (c, o.id, at, 1, page)) == 0
	     && next (arg, o.id, at, XXH64 (page, sizeof page, 1)))
	at++;
      if (err == ENOENT)
	err = 0;
      else if (!err)
	break;
    }
  store_ckpt_close (c);
  return err == ENOENT ? 0 : err;
}

static bool
note (void *arg, uint64_t id, uint64_t page, uint64_t hash)
{
  add (arg, id, page, hash);
  return true;
}

static void
make_reference (void)
{
  struct store *s;
  struct store_stats st;
  uint64_t n = 0;
  if (store_open (&io, STORE_RDONLY | STORE_PREVIOUS, &s, NULL))
    error (2, 0, "the image's state before the last does not open");
  store_get_stats (s, &st);
  previous_last = st.last;
  store_close (s);
  if (store_open (&io, STORE_RDONLY, &s, NULL))
    error (2, 0, "the image does not open");
  while (store_list (s, n, &n) == 0)
    {
      refs = realloc (refs, ++nrefs * sizeof *refs);
      if (!refs)
	exit (2);
      refs[nrefs - 1] = (struct reference) { n, NULL, 0, 0 };
      if (walk (s, n, note, &refs[nrefs - 1]))
	error (2, 0, "the image does not read: %s", store_error (s));
    }
  store_close (s);
}

struct compare
{
  const struct reference *r;
  size_t at;
  bool wrong;
};

static bool
compare (void *arg, uint64_t id, uint64_t page, uint64_t hash)
{
  struct compare *c = arg;
  const struct entry *e = c->at < c->r->n ? &c->r->e[c->at++] : NULL;
  c->wrong = !e || e->id != id || e->page != page || e->hash != hash;
  return !c->wrong;
}

/* Null, or what is wrong with checkpoint R of S.  */
static const char *
examine_checkpoint (struct store *s, const struct reference *r)
{
  struct compare c = { r, 0, false };
  error_t err = walk (s, r->number, compare, &c);
  if (c.wrong)
    return "something else than there was";
  return !err && c.at != r->n ? "less than there was" : NULL;
}

static const char *
examine (uint64_t *reported)
{
  struct store *s;
  struct store_stats st;
  uint64_t damage, n = 0;
  const char *bad = NULL;
  size_t count = 0;

  if (store_open (&io, STORE_RDONLY, &s, NULL))
    {
      ++*reported;
      return NULL;
    }
  store_get_stats (s, &st);
  bool told = st.root_damaged || st.super_damaged;
  if (store_scrub (s, STORE_SCRUB_SPACE, NULL, NULL, &damage) || damage)
    told = true;
  *reported += told;
  size_t other = rnd () % nrefs;
  for (size_t i = 0; i < nrefs && !bad; i++)
    if (i == nrefs - 1 || i == other)
      bad = examine_checkpoint (s, &refs[i]);
  while (store_list (s, n, &n) == 0)
    count++;
  if (!bad && !told && count != nrefs)
    bad = "checkpoints are missing, and nothing is reported";
  if (!bad && st.last != refs[nrefs - 1].number && st.last != previous_last)
    bad = "a state that never was";
  store_close (s);
  return bad;
}

/* A block that is not empty; every eighth time one of the first.  */
static uint64_t
pick_block (unsigned i)
{
  static const uint8_t zero[STORE_PAGE];
  for (;;)
    {
      uint64_t b = i % 8 ? rnd () % nblocks : rnd () % 64;
      if (b < nblocks && memcmp (disk + b * STORE_PAGE, zero, STORE_PAGE))
	return b;
    }
}

int
main (int argc, char **argv)
{
  unsigned long count = argc > 2 ? strtoul (argv[2], NULL, 0) : 10000;
  uint64_t seed = argc > 3 ? strtoull (argv[3], NULL, 0) : 20031;
  uint64_t reported = 0, wrong = 0, pages = 0;
  struct stat st;
  int fd = argc > 1 ? open (argv[1], O_RDONLY) : -1;
  if (fd < 0 || fstat (fd, &st) < 0)
    error (2, errno, "%s", argc > 1 ? argv[1] : "no image");
  nblocks = st.st_size / STORE_PAGE;
  disk = mmap (NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  if (disk == MAP_FAILED)
    error (2, errno, "mmap");
  make_reference ();
  if (!nrefs)
    error (2, 0, "%s: no checkpoint", argv[1]);
  for (size_t i = 0; i < nrefs; i++)
    pages += refs[i].n;

  rnd_state = seed;
  for (unsigned long i = 0; i < count; i++)
    {
      uint64_t block = pick_block (i);
      unsigned at = rnd () % (i % 3 ? STORE_PAGE : 600);
      uint8_t change = 1 + rnd () % 255;
      disk[block * STORE_PAGE + at] ^= change;
      const char *bad = examine (&reported);
      if (bad && wrong++ < 10)
	fprintf (stderr, "flip-image: block %llu byte %u: %s\n",
		 (unsigned long long) block, at, bad);
      disk[block * STORE_PAGE + at] ^= change;
    }
  printf ("flip-image: %zu checkpoints with %llu pages; %lu bytes changed, %llu "
	  "reported, the rest harmless, %llu wrong, seed %llu\n", nrefs,
	  (unsigned long long) pages, count, (unsigned long long) reported,
	  (unsigned long long) wrong, (unsigned long long) seed);
  return wrong != 0 || reported < count / 10;
}
