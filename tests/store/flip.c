/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flip.c - damage: any byte of a real image changed is either harmless or reported,
   never a wrong page.

   flip [COUNT [SEED]]: so many changes, each in a fresh copy (default 10000).  */

#include "model.h"
#include "sim.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sim sim;
static struct model model, previous;
static uint64_t rnd_state;

static uint64_t
rnd (void)
{
  rnd_state = rnd_state * 6364136223846793005ull + 1442695040888963407ull;
  return rnd_state >> 33;
}

static void
ok (error_t err, const char *what)
{
  if (!err)
    return;
  fprintf (stderr, "flip: %s: %s\n", what, strerror (err));
  exit (2);
}

static void
commit (struct store *s, unsigned changes)
{
  struct m_state st = model.head;
  struct store_txn *t;
  for (unsigned i = 0; i < changes; i++)
    {
      unsigned o = rnd () % M_OBJECTS;
      st.present[o] = true;
      st.length[o] = model.next_value;
      st.value[o][rnd () % M_PAGES] = model.next_value++;
    }
  ok (store_begin (s, &t), "begin");
  ok (model_write (&model.head, &st, false, t), "write");
  ok (store_commit (t, NULL, NULL), "commit");
  previous = model;
  model_commit (&model, &st);
}

/* A store of some age.  */
static void
build (unsigned flags)
{
  struct store_options o = { .flags = STORE_TINY | STORE_PLAIN_UUID | flags,
			     .journal_blocks = 16, .chain_max = 4,
			     .keep = 6, .seed = 77 };
  struct store *s;
  uint8_t data[5000];
  sim_init (&sim, 400, 400);
  struct store_io io = sim_io (&sim);
  ok (store_format (&io, &o), "format");
  ok (store_open (&io, 0, &s, NULL), "open");
  model_init (&model, 400, o.keep);
  for (unsigned i = 0; i < 15; i++)
    {
      if (i == 9)
	{
	  strcpy (model.ckpt[2].label, "old");
	  ok (store_label (s, model.ckpt[2].number, "old"), "label");
	}
      if (i > 11)
	{
	  model.journal[model.jnext].length = sizeof data;
	  model.journal[model.jnext].ckpt = model.last;
	  model.journal[model.jnext].value = i;
	  for (unsigned j = 0; j < sizeof data; j++)
	    data[j] = i + j;
	  ok (store_journal_append (s, model.last, 1, data, sizeof data,
				    NULL), "journal");
	  model.jnext++;
	}
      commit (s, i % 3 ? 4 : 30);
    }
  store_close (s);
  previous.jnext = model.jnext;
  memcpy (previous.journal, model.journal, sizeof model.journal);
}

/* Every page of C that reads must be right.  */
static const char *
no_wrong_page (struct store *s, const struct m_ckpt *c)
{
  struct store_ckpt *ckpt;
  uint8_t got[STORE_PAGE], page[STORE_PAGE];
  const char *bad = NULL;
  if (store_ckpt_open (s, c->number, &ckpt))
    return NULL;
  for (unsigned i = 0; i < M_OBJECTS * M_PAGES && !bad; i++)
    if (store_read_pages (ckpt, i / M_PAGES + 1, i % M_PAGES, 1, got) == 0)
      {
	model_page (c->state.value[i / M_PAGES][i % M_PAGES], page);
	if (memcmp (got, page, STORE_PAGE) != 0)
	  bad = "a wrong page";
      }
  store_ckpt_close (ckpt);
  return bad;
}

/* Null if harmless or reported.  */
static const char *
examine (struct sim *disk, unsigned *reported)
{
  struct store_io io = sim_io (disk);
  struct store *s;
  struct store_stats stats;
  uint64_t damage;
  const char *bad = NULL;

  if (store_open (&io, 0, &s, NULL))
    {
      ++*reported;
      return NULL;
    }
  store_get_stats (s, &stats);
  /* Without its root the last commit is gone; that was reported then.  */
  const struct model *m = &model;
  if (stats.root_damaged && stats.last == previous.last)
    m = &previous;
  for (unsigned i = 0; i < m->n && !bad; i++)
    bad = no_wrong_page (s, &m->ckpt[i]);
  if (!bad && store_scrub (s, STORE_SCRUB_SPACE, NULL, NULL, &damage) == 0
      && damage == 0)
    {
      const char *what = model_check (m, m->jnext, s);
      if (what && strcmp (what, "journal does not read") != 0)
	bad = what;
      *reported += what != NULL;
    }
  else
    ++*reported;
  store_close (s);
  return bad;
}

int
main (int argc, char **argv)
{
  unsigned count = argc > 1 ? atoi (argv[1]) : 10000, reported = 0, wrong = 0;
  uint64_t seed = argc > 2 ? strtoull (argv[2], NULL, 0) : 20031;

  for (unsigned kind = 0; kind < 2; kind++)
    {
      rnd_state = seed;
      build (kind ? STORE_COMPRESS : 0);
      for (unsigned i = 0; i < count / 2; i++)
	{
	  struct sim disk;
	  uint64_t block;
	  sim_copy (&disk, &sim);
	  do
	    block = i % 8 == 0 ? rnd () % 24 : rnd () % disk.nblocks;
	  while (!disk.cell[block]);
	  unsigned at = rnd () % (i % 3 ? STORE_PAGE : 600);
	  sim_bytes (&disk, block)[at] ^= 1 + rnd () % 255;
	  const char *bad = examine (&disk, &reported);
	  if (bad && wrong++ < 10)
	    fprintf (stderr, "flip: block %llu byte %u: %s\n",
		     (unsigned long long) block, at, bad);
	  sim_free (&disk);
	}
      sim_free (&sim);
    }
  printf ("flip: %u bytes changed, %u reported, the rest harmless, %u wrong, "
	  "seed %llu\n", count, reported, wrong, (unsigned long long) seed);
  return wrong != 0 || reported < count / 4;
}
