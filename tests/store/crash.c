/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crash.c - crash enumeration.

   Every sequence of up to three operations is run on a simulated disk, in several
   kinds of store.  For each operation the states are made that a crash during it
   can leave: what was before a barrier is there; of the writes since, any subset
   (all of them up to 12 writes; beyond, each prefix, each one lost, each one alone,
   and 1,000 chosen ones), and one of them torn between two sectors.  From each the
   store must open, be exactly what it was before or after the operation, verify
   clean, account for each block, and go on working.

   crash [--states N] [--seed S] [--verbose]: examine about N of the states that
   there are (0: all), chosen by S.  */

#include "model.h"
#include "sim.h"
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FEW, MANY, COMMIT, EMPTY, DROP, LABEL, JOURNAL, GROW, FILL, REVERT, OPS };
static const char *const op_name[OPS] = {
  "write few", "write many", "commit", "commit empty", "drop", "label",
  "journal append", "grow", "fill", "revert"
};

static const struct config
{
  const char *name;
  struct store_options o;
} configs[] = {
  { "merge each time", { .chain_max = 1, .flags = STORE_TINY } },
  { "merge by number, keep 2", { .chain_max = 3, .keep = 2,
				 .flags = STORE_TINY } },
  { "merge by size, compressed", { .chain_max = 64, .pending_max = 12,
				   .flags = STORE_TINY | STORE_COMPRESS } },
  { "no merge, keep 1", { .chain_max = 64, .pending_max = 4000, .keep = 1,
			  .flags = STORE_TINY } }
};
#define CONFIGS (sizeof configs / sizeof configs[0])

#define START 144		/* Blocks at the start.  */
#define GROWTH 16

/* One store in the middle of a sequence.  */
struct world
{
  struct sim sim;
  struct store *store;
  struct store_txn *txn;	/* Open, with PENDING written into it.  */
  struct m_state pending;
  struct model model;
  int op[3];
  unsigned nops;
  unsigned config;
  bool must_after;		/* What the operation did is durable.  */
  bool must_journal;		/* So is the record that it appended.  */
};

static struct
{
  uint64_t candidates, states, violations, runs, duplicates;
  uint64_t wanted, seed, rnd, estimate;
  bool verbose;
} g;

/* Time goes on by one at each look, so that a run can be repeated exactly.  */
int
__wrap_clock_gettime (clockid_t clock, struct timespec *ts)
{
  static long now;
  (void) clock;
  *ts = (struct timespec) { 1000000 + now++ / 1000, 0 };
  return 0;
}
int __wrap_clock_gettime (clockid_t, struct timespec *);

static uint64_t
mix (uint64_t x)
{
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ x >> 27) * 0x94d049bb133111ebull;
  return x ^ x >> 31;
}

static uint64_t
rnd (void)
{
  return g.rnd = mix (g.rnd);
}

static void
fatal (const struct world *w, const char *what)
{
  fprintf (stderr, "crash: %s, after", what);
  for (unsigned i = 0; i < w->nops; i++)
    fprintf (stderr, " [%s]", op_name[w->op[i]]);
  fprintf (stderr, ": %s\n", w->store ? store_error (w->store) : "");
  exit (1);
}

/* ---- A set of disk contents seen ------------------------------------------ */

static uint64_t *seen;
static size_t seen_size, seen_used;

static bool
seen_before (uint64_t h)
{
  if (2 * seen_used >= seen_size)
    {
      size_t old = seen_size;
      uint64_t *p = seen;
      seen_size = old ? old * 2 : 1 << 16;
      seen = calloc (seen_size, sizeof *seen);
      if (!seen)
	exit (2);
      seen_used = 0;
      for (size_t i = 0; i < old; i++)
	if (p[i])
	  seen_before (p[i]);
      free (p);
    }
  h = h ? h : 1;
  size_t i = h & (seen_size - 1);
  while (seen[i] && seen[i] != h)
    i = (i + 1) & (seen_size - 1);
  if (seen[i])
    return true;
  seen[i] = h;
  seen_used++;
  return false;
}

/* ---- The operations -------------------------------------------------------- */

static void
need (struct world *w, error_t err, const char *what)
{
  if (err)
    fatal (w, what);
}

static void
begin (struct world *w)
{
  if (w->txn)
    return;
  need (w, store_begin (w->store, &w->txn), "begin");
  w->pending = w->model.head;
}

static void
forget (struct world *w)
{
  store_abort (w->txn);
  w->txn = NULL;
}

/* Change some pages of the pending state.  They are written at once; since each
   object can be named only once, a second write begins again.  */
static void
write_pages (struct world *w, unsigned count)
{
  struct m_state st = w->txn ? w->pending : w->model.head;
  struct model *m = &w->model;
  forget (w);
  for (unsigned i = 0; i < count; i++)
    {
      unsigned o = i % 2, p = (i / 2 * 5 + m->next_value) % M_PAGES;
      st.present[o] = true;
      st.length[o] = m->next_value;
      /* Some pages equal others, some are zeros.  */
      st.value[o][p] = i % 7 == 3 ? 0 : i % 5 == 4 ? 3 : m->next_value++;
    }
  begin (w);
  w->pending = st;
  need (w, model_write (&m->head, &st, count > 10, w->txn), "write");
}

static void
commit (struct world *w)
{
  begin (w);
  if (memcmp (&w->pending, &w->model.head, sizeof w->pending) == 0)
    {
      forget (w);
      begin (w);
      need (w, model_write (&w->model.head, &w->pending, false, w->txn),
	    "keep");
    }
  struct store_txn *txn = w->txn;
  w->txn = NULL;
  need (w, store_commit (txn, NULL, NULL), "commit");
  model_commit (&w->model, &w->pending);
}

static void
fill (struct world *w)
{
  struct m_state st = w->model.head;
  struct model *m = &w->model;
  struct store_stats stats;
  forget (w);

  /* More than there is: must fail, say so, and change nothing.  */
  begin (w);
  struct store_obj *obj;
  uint8_t page[STORE_PAGE];
  need (w, store_object_create (w->txn, 99, 1, &obj), "create");
  for (uint32_t i = 0; i < m->nblocks * 2; i++)
    {
      model_page (i + (1u << 30), page);
      need (w, store_put_page (obj, i, page), "put");
    }
  if (!store_txn_missing (w->txn))
    fatal (w, "nothing missing on a full disk");
  struct store_txn *txn = w->txn;
  w->txn = NULL;
  if (store_commit (txn, NULL, NULL) != ENOSPC)
    fatal (w, "no ENOSPC");

  /* As much as there is, in pages that do not compress well.  */
  store_get_stats (w->store, &stats);
  for (unsigned i = 0; i < M_PAGES; i++)
    {
      st.present[2] = true;
      st.length[2] = m->next_value;
      st.value[2][i] = m->next_value++;
    }
  begin (w);
  w->pending = st;
  need (w, model_write (&m->head, &st, false, w->txn), "write");
  txn = w->txn;
  bool fits = store_txn_missing (txn) == 0;
  w->txn = NULL;
  error_t err = store_commit (txn, NULL, NULL);
  if (fits ? err != 0 : err != ENOSPC)
    fatal (w, "fill");
  if (fits)
    model_commit (m, &st);
}

static void
run_op (struct world *w, int op)
{
  struct model *m = &w->model;
  switch (op)
    {
    case FEW:
      write_pages (w, 3);
      break;
    case MANY:
      write_pages (w, 24);
      break;
    case COMMIT:
      commit (w);
      break;
    case EMPTY:
      forget (w);
      begin (w);
      memset (&w->pending, 0, sizeof w->pending);
      struct store_txn *txn = w->txn;
      w->txn = NULL;
      need (w, store_commit (txn, NULL, NULL), "commit empty");
      model_commit (m, &w->pending);
      break;
    case DROP:
      if (w->txn && store_drop (w->store, 1) != EBUSY)
	fatal (w, "drop in a transaction");
      forget (w);
      if (m->n)
	{
	  unsigned at = m->next_value % m->n;
	  need (w, store_drop (w->store, m->ckpt[at].number), "drop");
	  model_drop (m, at);
	}
      break;
    case LABEL:
      forget (w);
      if (m->n)
	{
	  struct m_ckpt *c = &m->ckpt[m->next_value % m->n];
	  snprintf (c->label, sizeof c->label, "L%u", m->next_value++ % 99);
	  need (w, store_label (w->store, c->number, c->label), "label");
	}
      break;
    case JOURNAL:
      {
	uint8_t data[9000];
	uint32_t length = m->jnext % 2 ? 5000 + m->jnext : 100;
	uint64_t seq;
	for (unsigned i = 0; i < length; i++)
	  data[i] = m->next_value + i;
	m->journal[m->jnext].value = m->next_value++;
	m->journal[m->jnext].length = length;
	m->journal[m->jnext].ckpt = m->last;
	need (w, store_journal_append (w->store, m->last, 5, data, length,
				       &seq), "journal append");
	if (seq != m->jnext++)
	  fatal (w, "journal number");
	/* Everything before is applied; a commit may cut it.  */
	error_t err = seq > 1 ? store_journal_applied (w->store, seq - 1) : 0;
	if (err && !(w->txn && err == EBUSY))
	  fatal (w, "journal applied");
	m->jcut = seq;
	break;
      }
    case GROW:
      forget (w);
      w->sim.nblocks += GROWTH;
      m->nblocks += GROWTH;
      need (w, store_grow (w->store), "grow");
      break;
    case FILL:
      fill (w);
      break;
    case REVERT:
      forget (w);
      if (m->n)
	{
	  unsigned at = m->next_value % m->n;
	  error_t err = store_revert (w->store, m->ckpt[at].number, NULL, NULL);
	  if (err && err != ENOSPC)
	    fatal (w, "revert");
	  if (!err)
	    model_revert (m, at);
	}
      break;
    }
}

static error_t
print_damage (void *arg, const struct store_damage *d)
{
  (void) arg;
  if (g.verbose)
    fprintf (stderr, "block %llu: %s, checkpoint %llu\n",
	     (unsigned long long) d->block, d->what,
	     (unsigned long long) d->checkpoint);
  return 0;
}

/* ---- One crash state --------------------------------------------------------- */

static const char *
examine (struct sim *disk, const struct world *w, const struct model *before)
{
  const struct model *after = &w->model;
  struct store_io io = sim_io (disk);
  struct store *s;
  uint64_t damage;
  const char *bad;

  if (store_open (&io, 0, &s, NULL))
    return "does not open";
  struct store_stats stats;
  store_get_stats (s, &stats);
  bool old = (!w->must_after && stats.blocks == before->nblocks
	      && model_same_list (before, s));
  struct model m = old ? *before : *after;
  m.jcut = after->jcut;
  m.jnext = w->must_journal ? after->jnext : before->jnext;
  memcpy (m.journal, after->journal, sizeof m.journal);
  bad = model_check (&m, after->jnext, s);
  if (!bad && stats.blocks != m.nblocks)
    bad = "wrong size";
  if (!bad && (store_scrub (s, STORE_SCRUB_SPACE, print_damage, NULL, &damage)))
    bad = "does not scrub";
  /* One root may have been cut short: that is no violation.  */
  if (!bad && damage > stats.root_damaged)
    bad = "damaged";

  /* And go on: another checkpoint, after making room if there is none.  */
  if (!bad && m.n < M_CKPTS - 1)
    {
      struct m_state st;
      memset (&st, 0, sizeof st);
      st.present[1] = true;
      st.value[1][5] = 77777;
      st.value[1][6] = m.n ? m.ckpt[m.n - 1].state.value[0][3] : 0;
      struct store_txn *txn;
      error_t err = ENOSPC;
      while (!bad && err == ENOSPC)
	if (store_begin (s, &txn)
	    || model_write (&m.head, &st, true, txn))
	  bad = "cannot write any more";
	else if ((err = store_commit (txn, NULL, NULL)) == ENOSPC && m.n > 1)
	  {
	    if (store_drop (s, m.ckpt[0].number))
	      bad = "cannot drop on a full disk";
	    else
	      model_drop (&m, 0);
	  }
	else if (err)
	  bad = "cannot commit any more";
      if (!bad)
	{
	  model_commit (&m, &st);
	  if (m.n > 1 && store_drop (s, m.ckpt[0].number))
	    bad = "cannot drop any more";
	  else if (m.n > 1)
	    model_drop (&m, 0);
	}
      m.jcut = after->jcut;
      if (!bad)
	bad = model_check (&m, after->jnext, s);
      if (!bad && (store_scrub (s, STORE_SCRUB_SPACE, print_damage, NULL, &damage)
		   || damage))
	bad = "damaged after going on";
    }
  if (bad && g.verbose)
    fprintf (stderr, "%s (%s)\n", bad, store_error (s));
  store_close (s);
  return bad;
}

static void
consider (struct world *w, const struct sim *crash,
	  const struct model *before, const char *kind)
{
  g.candidates++;
  if (g.wanted && mix (g.seed ^ crash->hash) % g.estimate >= g.wanted)
    return;
  if (seen_before (crash->hash ^ mix (w->config)))
    {
      g.duplicates++;
      return;
    }
  g.states++;
  struct sim disk;
  sim_copy (&disk, crash);
  const char *bad = examine (&disk, w, before);
  sim_free (&disk);
  if (!bad)
    return;
  if (g.violations++ < 10)
    {
      fprintf (stderr, "violation: %s: store \"%s\",", bad,
	       configs[w->config].name);
      for (unsigned i = 0; i < w->nops; i++)
	fprintf (stderr, " [%s]", op_name[w->op[i]]);
      fprintf (stderr, ", %s, seed %llu\n", kind,
	       (unsigned long long) g.seed);
    }
}

/* ---- The states of one operation --------------------------------------------- */

/* BASE with those of the N writes E applied that IN says.  */
static void
subset (struct world *w, const struct sim *base, const struct event *e,
	size_t n, const uint8_t *in, const struct model *before,
	const char *kind)
{
  struct sim crash;
  sim_copy (&crash, base);
  for (size_t i = 0; i < n; i++)
    if (in[i])
      sim_set (&crash, e[i].block, e[i].cell);
  consider (w, &crash, before, kind);
  sim_free (&crash);
}

/* Write AT of E torn, those that IN says applied.  */
static void
torn (struct world *w, const struct sim *base, const struct event *e,
      size_t n, size_t at, const uint8_t *in, const struct model *before)
{
  struct sim with;
  sim_copy (&with, base);
  for (size_t i = 0; i < n; i++)
    if (in[i] && i != at)
      sim_set (&with, e[i].block, e[i].cell);
  for (unsigned sector = 1; sector < 8; sector++)
    for (int tail = 0; tail < 2; tail++)
      {
	struct sim crash;
	sim_copy (&crash, &with);
	struct cell *old = crash.cell[e[at].block], *new = e[at].cell;
	struct cell *c = (tail ? sim_torn (old, new, sector)
			  : sim_torn (new, old, sector));
	sim_set (&crash, e[at].block, c);
	sim_release (c);
	consider (w, &crash, before, "torn");
	sim_free (&crash);
      }
  sim_free (&with);
}

/* The N writes E were made between two barriers.  */
static void
epoch (struct world *w, const struct sim *base, const struct event *e,
       size_t n, const struct model *before)
{
  uint8_t in[4096];
  if (n > sizeof in)
    fatal (w, "too many writes");

  if (n <= 12)
    for (unsigned set = 0; set < 1u << n; set++)
      {
	for (size_t i = 0; i < n; i++)
	  in[i] = set >> i & 1;
	subset (w, base, e, n, in, before, "subset");
      }
  else
    {
      for (size_t cut = 0; cut <= n; cut++)
	{
	  memset (in, 1, cut);
	  memset (in + cut, 0, n - cut);
	  subset (w, base, e, n, in, before, "prefix");
	}
      for (size_t i = 0; i < n; i++)
	{
	  memset (in, 1, n);
	  in[i] = 0;
	  subset (w, base, e, n, in, before, "one lost");
	  memset (in, 0, n);
	  in[i] = 1;
	  subset (w, base, e, n, in, before, "one alone");
	}
      for (unsigned k = 0; k < 1000; k++)
	{
	  for (size_t i = 0; i < n; i++)
	    in[i] = rnd () & 1;
	  subset (w, base, e, n, in, before, "chosen");
	}
    }
  for (size_t at = 0; at < n; at++)
    {
      memset (in, 1, at);
      memset (in + at, 0, n - at);
      torn (w, base, e, n, at, in, before);
      for (size_t i = 0; i < n; i++)
	in[i] = rnd () & 1;
      torn (w, base, e, n, at, in, before);
    }
}

/* Is BASE, on which everything has reached the disk, past the operation?  */
static bool
is_after (struct world *w, const struct sim *base, const struct model *before)
{
  struct sim disk;
  struct store *s;
  struct store_stats stats;
  sim_copy (&disk, base);
  struct store_io io = sim_io (&disk);
  bool after = store_open (&io, STORE_RDONLY, &s, NULL) == 0;
  if (after)
    {
      store_get_stats (s, &stats);
      after = (model_same_list (&w->model, s)
	       && stats.blocks == w->model.nblocks
	       && !(model_same_list (before, s)
		    && stats.blocks == before->nblocks));
      store_close (s);
    }
  sim_free (&disk);
  return after;
}

static void
enumerate (struct world *w, struct sim *base, const struct model *before)
{
  const struct event *e = w->sim.event;
  size_t first = 0;
  w->must_after = w->must_journal = false;
  base->nblocks = w->sim.nblocks;
  for (size_t i = 0; i <= w->sim.nevents; i++)
    if (i == w->sim.nevents || e[i].barrier)
      {
	epoch (w, base, e + first, i - first, before);
	for (; first < i; first++)
	  sim_set (base, e[first].block, e[first].cell);
	first = i + 1;
	/* What is durable once stays so; at the end, all of it is.  */
	if (i < w->sim.nevents)
	  w->must_journal = true;
	if (!w->must_after)
	  w->must_after = (is_after (w, base, before)
			   || (i + 1 == w->sim.nevents && !w->txn));
      }
}

/* What an operation returned from must not be waiting in the device's cache, but
   for the pages of a transaction that is still open.  */
static void
check_durable (struct world *w)
{
  size_t n = w->sim.nevents;
  if (w->txn || n == 0 || w->sim.event[n - 1].barrier)
    return;
  if (g.violations++ < 10)
    fprintf (stderr, "violation: [%s] returned before it was durable\n",
	     op_name[w->op[w->nops - 1]]);
}

/* ---- The sequences ------------------------------------------------------------- */

/* A store with some history.  */
static void
prelude (struct world *w, unsigned config)
{
  struct store_options o = configs[config].o;
  o.flags |= STORE_PLAIN_UUID;
  o.journal_blocks = 10;
  o.seed = 42 + config;
  memset (w, 0, sizeof *w);
  w->config = config;
  sim_init (&w->sim, START, START + 3 * GROWTH);
  struct store_io io = sim_io (&w->sim);
  need (w, store_format (&io, &o), "format");
  need (w, store_open (&io, 0, &w->store, NULL), "open");
  model_init (&w->model, START, o.keep);
  g.rnd = mix (g.seed + config);
  run_op (w, FEW);
  run_op (w, COMMIT);
  run_op (w, LABEL);
  run_op (w, MANY);
  run_op (w, JOURNAL);
  run_op (w, COMMIT);
  run_op (w, FEW);
  run_op (w, COMMIT);
}

/* Run the last operation of the sequence recorded, enumerate, and end.  */
static void
run_sequence (unsigned config, const int *op, unsigned n)
{
  struct world w;
  struct sim base;
  prelude (&w, config);
  w.nops = n;
  memcpy (w.op, op, n * sizeof *op);
  for (unsigned i = 0; i + 1 < n; i++)
    run_op (&w, op[i]);
  sim_copy (&base, &w.sim);
  struct model before = w.model;
  w.sim.recording = true;
  run_op (&w, op[n - 1]);
  g.runs++;
  w.sim.recording = false;
  /* The writes of a transaction still open count too.  */
  enumerate (&w, &base, &before);
  check_durable (&w);

  forget (&w);
  const char *bad = model_check (&w.model, w.model.jnext, w.store);
  if (bad)
    fatal (&w, bad);
  store_close (w.store);
  sim_free (&base);
  sim_free (&w.sim);
}

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  (void) state;
  switch (key)
    {
    case 'n':
      g.wanted = strtoull (arg, NULL, 0);
      return 0;
    case 's':
      g.seed = strtoull (arg, NULL, 0);
      return 0;
    case 'v':
      g.verbose = true;
      return 0;
    }
  return ARGP_ERR_UNKNOWN;
}

int
main (int argc, char **argv)
{
  static const struct argp_option options[] = {
    { "states", 'n', "N", 0, "Examine about N states (0: all)", 0 },
    { "seed", 's', "S", 0, "Seed of what is chosen", 0 },
    { "verbose", 'v', NULL, 0, "Say more about violations", 0 },
    { 0 }
  };
  static const struct argp argp = {
    options, parse, NULL, "Enumerate crashes of the stable store.",
    NULL, NULL, NULL
  };
  g.seed = 20031;
  g.estimate = 2366591;
  argp_parse (&argp, argc, argv, 0, NULL, NULL);

  for (unsigned c = 0; c < CONFIGS; c++)
    for (int code = 0; code < OPS + OPS * OPS + OPS * OPS * OPS; code++)
      {
	int op[3], n, k = code;
	for (n = 1; k >= (n == 1 ? OPS : n == 2 ? OPS * OPS : 1 << 30); n++)
	  k -= n == 1 ? OPS : OPS * OPS;
	for (int i = n; i-- > 0; k /= OPS)
	  op[i] = k % OPS;
	run_sequence (c, op, n);
      }
  printf ("crash: %llu sequences of up to 3 operations, %llu states possible, "
	  "%llu distinct examined, %llu violations, seed %llu\n",
	  (unsigned long long) g.runs, (unsigned long long) g.candidates,
	  (unsigned long long) g.states, (unsigned long long) g.violations,
	  (unsigned long long) g.seed);
  free (seen);
  return g.violations != 0;
}
