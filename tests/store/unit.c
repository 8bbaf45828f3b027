/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit.c - the store's operations, one by one, and its errors.  */

#include "model.h"
#include "sim.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <xxhash.h>

#define OK(x) assert_int_equal (x, 0)

struct fix
{
  struct sim sim;
  struct store *s;
};

static struct fix f;

static void
make (uint64_t nblocks, struct store_options o)
{
  o.flags |= STORE_TINY;
  sim_init (&f.sim, nblocks, nblocks + 4096);
  struct store_io io = sim_io (&f.sim);
  OK (store_format (&io, &o));
  OK (store_open (&io, 0, &f.s, NULL));
}

static void
reopen (void)
{
  struct store_io io = sim_io (&f.sim);
  store_close (f.s);
  OK (store_open (&io, 0, &f.s, NULL));
}

static error_t
print_damage (void *arg, const struct store_damage *d)
{
  (void) arg;
  print_error ("block %llu: %s, checkpoint %llu\n",
	       (unsigned long long) d->block, d->what,
	       (unsigned long long) d->checkpoint);
  return 0;
}

static void
unmake (void)
{
  uint64_t damage = 1;
  OK (store_scrub (f.s, STORE_SCRUB_SPACE, print_damage, NULL, &damage));
  assert_int_equal (damage, 0);
  store_close (f.s);
  sim_free (&f.sim);
}

static struct store_stats
stats (void)
{
  struct store_stats st;
  store_get_stats (f.s, &st);
  return st;
}

static void
put (struct store_obj *o, uint64_t pageno, uint32_t value)
{
  uint8_t page[STORE_PAGE];
  model_page (value, page);
  OK (store_put_page (o, pageno, page));
}

static void
expect (uint64_t ckpt, uint64_t id, uint64_t pageno, uint32_t value)
{
  uint8_t page[STORE_PAGE], got[STORE_PAGE];
  struct store_ckpt *c;
  model_page (value, page);
  OK (store_ckpt_open (f.s, ckpt, &c));
  OK (store_read_pages (c, id, pageno, 1, got));
  assert_memory_equal (page, got, STORE_PAGE);
  store_ckpt_close (c);
}

/* A checkpoint with COUNT pages of object 1, from VALUE on; the rest kept.  */
static uint64_t
simple (uint32_t value, unsigned count)
{
  struct store_txn *t;
  struct store_obj *o;
  uint64_t n;
  OK (store_begin (f.s, &t));
  if (store_keep_object (t, 1, &o))
    OK (store_object_create (t, 1, 1, &o));
  for (unsigned i = 0; i < count; i++)
    put (o, i, value + i);
  OK (store_commit (t, NULL, &n));
  return n;
}

static void
test_objects (void **state)
{
  (void) state;
  struct store_txn *t;
  struct store_obj *o, *p;
  struct store_object_info info;
  struct store_ckpt *c;
  uint64_t n, pageno;
  make (512, (struct store_options) { 0 });

  OK (store_begin (f.s, &t));
  assert_int_equal (store_txn_number (t), 1);
  assert_int_equal (store_object_create (t, 0, 1, &o), EINVAL);
  OK (store_object_create (t, 5, 6, &o));
  assert_int_equal (store_object_create (t, 5, 6, &p), EEXIST);
  assert_int_equal (store_keep_object (t, 4, NULL), ENOENT);
  assert_int_equal (store_keep_pages (o, 0, 1), ENOENT);
  put (o, 0, 1);
  put (o, STORE_MAX_PAGENO, 2);
  put (o, 77, 3);
  put (o, 77, 0);
  OK (store_set_length (o, 123456789012345));
  OK (store_object_create (t, UINT64_MAX, 9, &p));
  OK (store_commit (t, "first", &n));
  assert_int_equal (n, 1);

  OK (store_ckpt_open (f.s, 1, &c));
  OK (store_next_object (c, 0, &info));
  assert_true (info.id == 5 && info.type == 6
	       && info.length == 123456789012345);
  OK (store_next_object (c, 5, &info));
  assert_true (info.id == UINT64_MAX && info.type == 9 && info.length == 0);
  assert_int_equal (store_next_object (c, UINT64_MAX, &info), ENOENT);
  assert_int_equal (store_find_object (c, 6, &info), ENOENT);
  OK (store_next_page (c, 5, 0, &pageno));
  assert_true (pageno == 0);
  OK (store_next_page (c, 5, 1, &pageno));
  assert_true (pageno == STORE_MAX_PAGENO);
  assert_int_equal (store_drop (f.s, 1), EBUSY);
  store_ckpt_close (c);
  expect (1, 5, STORE_MAX_PAGENO, 2);
  expect (1, 5, 77, 0);
  unmake ();
}

static void
test_keep (void **state)
{
  (void) state;
  struct store_txn *t;
  struct store_obj *o;
  make (1024, (struct store_options) { .chain_max = 2 });
  simple (100, 40);

  /* Made anew: what is neither kept nor put is gone.  */
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 1, 1, &o));
  OK (store_keep_pages (o, 10, 5));
  OK (store_keep_pages (o, 2, 2));
  put (o, 12, 7);
  put (o, 20, 120);
  put (o, 21, 8);
  put (o, 21, 121);
  put (o, 3, 0);
  OK (store_commit (t, NULL, NULL));
  for (unsigned i = 0; i < 40; i++)
    expect (2, 1, i, i == 12 ? 7 : i == 2 || (i >= 10 && i < 15) || i == 20
	    || i == 21 ? 100 + i : 0);
  expect (1, 1, 3, 103);

  /* An object not named is not in the checkpoint.  */
  OK (store_begin (f.s, &t));
  OK (store_commit (t, NULL, NULL));
  struct store_ckpt *c;
  struct store_object_info info;
  OK (store_ckpt_open (f.s, 0, &c));
  assert_int_equal (store_ckpt_number (c), 3);
  assert_int_equal (store_next_object (c, 0, &info), ENOENT);
  store_ckpt_close (c);
  expect (2, 1, 2, 102);
  unmake ();
}

static void
test_sharing (void **state)
{
  (void) state;
  struct store_txn *t;
  struct store_obj *o, *p;
  struct store_info info;
  make (1024, (struct store_options) { 0 });
  simple (100, 20);

  /* The same at the same place, elsewhere, twice, and moved: nothing is new.  */
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 1, 1, &o));
  OK (store_object_create (t, 2, 1, &p));
  for (unsigned i = 0; i < 20; i++)
    put (o, i, 100 + (i + 1) % 20);
  for (unsigned i = 0; i < 20; i++)
    put (p, i, 100 + i % 5);
  put (p, 30, 999);
  put (p, 31, 999);
  OK (store_commit (t, NULL, NULL));
  OK (store_checkpoint_info (f.s, 2, &info));
  assert_int_equal (info.new_blocks, 1);
  assert_int_equal (info.pages, 42);
  expect (2, 1, 19, 100);
  expect (2, 2, 31, 999);

  /* Shared blocks live as long as one refers to them.  */
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 2, 1, &p));
  put (p, 0, 999);
  OK (store_commit (t, NULL, NULL));
  OK (store_drop (f.s, 1));
  expect (2, 1, 19, 100);
  OK (store_drop (f.s, 2));
  expect (3, 2, 0, 999);
  unmake ();
}

static void
test_sharing_after_reopen (void **state)
{
  (void) state;
  struct store_txn *t;
  struct store_obj *o;
  struct store_info info;
  make (1024, (struct store_options) { 0 });
  simple (100, 20);
  reopen ();
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 3, 1, &o));
  for (unsigned i = 0; i < 20; i++)
    put (o, 100 + i, 119 - i);
  OK (store_commit (t, NULL, NULL));
  OK (store_checkpoint_info (f.s, 2, &info));
  assert_int_equal (info.new_blocks, 0);

  /* What an aborted transaction wrote must not be shared.  */
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 3, 1, &o));
  put (o, 0, 5555);
  store_abort (t);
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 3, 1, &o));
  put (o, 0, 6666);
  put (o, 1, 5555);
  OK (store_commit (t, NULL, NULL));
  expect (3, 3, 0, 6666);
  expect (3, 3, 1, 5555);
  unmake ();
}

static void
test_blob (void **state)
{
  (void) state;
  static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 100000 };
  make (1024, (struct store_options) { .flags = STORE_COMPRESS });
  for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    {
      struct store_txn *t;
      struct store_obj *o;
      struct store_ckpt *c;
      void *got;
      size_t n;
      uint8_t *data = malloc (sizes[i] + 1);
      for (size_t j = 0; j < sizes[i]; j++)
	data[j] = j * 7 + j / 251 + i;
      OK (store_begin (f.s, &t));
      OK (store_object_create (t, 1, 1, &o));
      OK (store_put_blob (o, data, sizes[i]));
      OK (store_commit (t, NULL, NULL));
      OK (store_ckpt_open (f.s, 0, &c));
      OK (store_read_blob (c, 1, 1 << 20, &got, &n));
      assert_int_equal (n, sizes[i]);
      assert_memory_equal (got, data, n);
      free (got);
      if (sizes[i])
	assert_int_equal (store_read_blob (c, 1, sizes[i] - 1, &got, &n),
			  EFBIG);
      store_ckpt_close (c);
      free (data);
    }
  unmake ();
}

static void
test_compress (void **state)
{
  (void) state;
  struct store_info info;
  make (1024, (struct store_options) { .flags = STORE_COMPRESS,
				       .chain_max = 3 });
  struct store_txn *t;
  struct store_obj *o;
  uint8_t page[STORE_PAGE];
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 1, 1, &o));
  for (unsigned i = 0; i < 64; i++)
    {
      memset (page, 'a' + i, sizeof page);
      OK (store_put_page (o, i, page));
    }
  OK (store_commit (t, NULL, NULL));
  OK (store_checkpoint_info (f.s, 1, &info));
  assert_true (info.new_blocks <= 2);
  for (unsigned i = 0; i < 10; i++)
    simple (i * 3 + 1, i);
  struct store_ckpt *c;
  uint8_t all[64][STORE_PAGE];
  OK (store_ckpt_open (f.s, 1, &c));
  OK (store_read_pages (c, 1, 0, 64, all));
  for (unsigned i = 0; i < 64; i++)
    assert_true (all[i][0] == 'a' + i && all[i][4095] == 'a' + i);
  store_ckpt_close (c);
  OK (store_set_compression (f.s, false));
  simple (9000, 3);
  expect (0, 1, 2, 9002);
  unmake ();
}

static void
test_labels_and_retention (void **state)
{
  (void) state;
  struct store_info info;
  char text[STORE_LABEL_MAX + 2];
  uint64_t n = 0;
  make (1024, (struct store_options) { .keep = 3, .chain_max = 4 });
  memset (text, 'x', sizeof text);
  text[STORE_LABEL_MAX + 1] = 0;
  simple (1, 2);
  assert_int_equal (store_label (f.s, 1, text), EINVAL);
  assert_int_equal (store_label (f.s, 2, "a"), ENOENT);
  text[STORE_LABEL_MAX] = 0;
  OK (store_label (f.s, 1, text));
  for (unsigned i = 0; i < 9; i++)
    simple (10 + i, 2);
  reopen ();
  OK (store_checkpoint_info (f.s, 1, &info));
  assert_string_equal (info.label, text);
  static const uint64_t want[] = { 1, 8, 9, 10 };
  for (unsigned i = 0; i < 4; i++)
    {
      OK (store_list (f.s, n, &n));
      assert_int_equal (n, want[i]);
    }
  assert_int_equal (store_list (f.s, n, &n), ENOENT);
  expect (1, 1, 1, 2);
  OK (store_label (f.s, 1, NULL));
  OK (store_set_retention (f.s, 2));
  OK (store_list (f.s, 0, &n));
  assert_int_equal (n, 9);
  /* The number of one that was dropped is not used again.  */
  OK (store_drop (f.s, 10));
  assert_int_equal (simple (50, 1), 11);
  unmake ();
}

/* A reader of an open checkpoint sees it as it was, whatever the store does meanwhile, even
   in the middle of a transaction; and the checkpoint is not dropped.  */
static void
test_reader (void **state)
{
  (void) state;
  struct store_ckpt *open, *reader;
  struct store_txn *txn;
  struct store_obj *o;
  uint8_t page[STORE_PAGE], wanted[STORE_PAGE];

  make (2048, (struct store_options) { .chain_max = 5, .keep = 3 });
  for (unsigned i = 0; i < 4; i++)
    simple (100 * (i + 1), 40);
  OK (store_ckpt_open (f.s, 4, &open));
  struct store_io io = sim_io (&f.sim);
  OK (store_reader_open (open, &io, &reader));
  assert_int_equal (store_ckpt_number (reader), 4);
  for (unsigned n = 0; n < 60; n++)
    {
      /* All blocks that are free are written again.  */
      simple (10000 + 100 * n, 40);
      OK (store_begin (f.s, &txn));
      OK (store_keep_object (txn, 1, &o));
      put (o, 3, n);
      uint64_t at = n % 40, next;
      OK (store_next_page (reader, 1, at, &next));
      assert_int_equal (next, at);
      OK (store_read_pages (reader, 1, at, 1, page));
      model_page (400 + at, wanted);
      assert_memory_equal (page, wanted, STORE_PAGE);
      assert_int_equal (store_next_page (reader, 1, 40, &next), ENOENT);
      store_abort (txn);
    }
  assert_int_equal (store_drop (f.s, 4), EBUSY);
  store_reader_close (reader);
  store_ckpt_close (open);
  OK (store_drop (f.s, 4));
  unmake ();
}

static void
test_drop_frees (void **state)
{
  (void) state;
  make (2048, (struct store_options) { .chain_max = 5 });
  simple (1, 10);
  uint64_t before = stats ().free_blocks + stats ().limbo_blocks;
  for (unsigned i = 0; i < 20; i++)
    simple (1000 * (i + 1), 30);
  OK (store_label (f.s, 7, "stays"));
  for (uint64_t n = 20; n > 1; n--)
    if (n != 7)
      OK (store_drop (f.s, n));
  for (unsigned i = 0; i < 30; i++)
    {
      expect (7, 1, i, 6000 + i);
      expect (21, 1, i, 20000 + i);
    }
  OK (store_drop (f.s, 7));
  OK (store_drop (f.s, 21));
  expect (1, 1, 9, 10);
  simple (1, 10);
  reopen ();
  /* Back where it was, but for records and nodes of the last few commits and the
     20 pages that the last state still has.  */
  uint64_t after = stats ().free_blocks + stats ().limbo_blocks;
  assert_true (after + 40 >= before && after <= before);
  unmake ();
}

static void
test_full (void **state)
{
  (void) state;
  struct store_txn *t;
  struct store_obj *o;
  make (4096, (struct store_options) { 0 });
  simple (1, 100);

  /* Ten thousand pages do not fit; the text says how much is missing.  */
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 2, 1, &o));
  for (uint32_t i = 0; i < 10000; i++)
    put (o, i, 100000 + i);
  uint64_t missing = store_txn_missing (t);
  assert_true (missing > 10000 - 4096 && missing < 10000);
  assert_int_equal (store_commit (t, NULL, NULL), ENOSPC);
  char want[40];
  snprintf (want, sizeof want, "%llu KiB missing",
	    (unsigned long long) missing * 4);
  assert_non_null (strstr (store_error (f.s), want));
  expect (1, 1, 99, 100);

  /* So many fewer fit (the index takes its part).  */
  uint32_t fit = 10000 - missing - 100;
  OK (store_begin (f.s, &t));
  OK (store_keep_object (t, 1, NULL));
  OK (store_object_create (t, 2, 1, &o));
  for (uint32_t i = 0; i < fit; i++)
    put (o, i, 200000 + i);
  OK (store_commit (t, NULL, NULL));
  while (1)
    {
      OK (store_begin (f.s, &t));
      OK (store_keep_object (t, 1, NULL));
      OK (store_keep_object (t, 2, &o));
      for (uint32_t i = 0; i < 16; i++)
	put (o, i, 300000 + 16 * stats ().last + i);
      if (store_commit (t, NULL, NULL))
	break;
    }

  /* Full now.  A smaller state and a drop always work, again and again.  */
  uint64_t last = stats ().last;
  for (unsigned i = 0; i < 3; i++)
    {
      OK (store_begin (f.s, &t));
      OK (store_keep_object (t, 1, NULL));
      OK (store_keep_object (t, 2, &o));
      OK (store_zero_pages (o, i * 100, 100));
      OK (store_commit (t, NULL, NULL));
    }
  expect (last, 1, 99, 100);
  for (uint64_t n = 1; n <= last; n++)
    OK (store_drop (f.s, n));
  OK (store_begin (f.s, &t));
  OK (store_keep_object (t, 1, NULL));
  OK (store_commit (t, NULL, NULL));
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 2, 1, &o));
  for (uint32_t i = 0; i < 100; i++)
    put (o, i, 400000 + i);
  OK (store_commit (t, NULL, NULL));
  for (uint64_t n = last + 1; n <= last + 4; n++)
    OK (store_drop (f.s, n));
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 2, 1, &o));
  for (uint32_t i = 0; i < fit - 600; i++)
    put (o, i, 500000 + i);
  OK (store_commit (t, NULL, NULL));
  unmake ();
}

static void
test_grow (void **state)
{
  (void) state;
  make (256, (struct store_options) { 0 });
  simple (1, 20);
  f.sim.nblocks = 1024;
  reopen ();
  assert_int_equal (stats ().blocks, 256);
  OK (store_grow (f.s));
  assert_int_equal (stats ().blocks, 1024);
  simple (1000, 700);
  reopen ();
  assert_int_equal (stats ().blocks, 1024);
  expect (2, 1, 699, 1699);
  unmake ();
}

static void
test_journal (void **state)
{
  (void) state;
  struct store_journal_record r;
  uint8_t big[20000];
  uint64_t seq;
  void *data;
  make (512, (struct store_options) { .journal_blocks = 16 });
  for (unsigned i = 0; i < sizeof big; i++)
    big[i] = i * 3;
  assert_int_equal (store_journal_next (f.s, 0, &r, NULL), ENOENT);
  OK (store_journal_append (f.s, 0, 4, "abc", 3, &seq));
  assert_int_equal (seq, 1);
  OK (store_journal_append (f.s, 0, 5, big, sizeof big, &seq));
  OK (store_journal_append (f.s, 1, 6, NULL, 0, &seq));
  assert_int_equal (store_journal_append (f.s, 0, 5, big, 40000, &seq),
		    ENOSPC);
  reopen ();
  OK (store_journal_next (f.s, 1, &r, &data));
  assert_true (r.seq == 2 && r.ckpt == 0 && r.type == 5
	       && r.length == sizeof big);
  assert_memory_equal (data, big, sizeof big);
  free (data);

  /* Applied, but no later checkpoint yet: stays.  */
  OK (store_journal_applied (f.s, 3));
  OK (store_journal_next (f.s, 0, &r, NULL));
  assert_int_equal (r.seq, 1);
  simple (1, 1);
  OK (store_journal_next (f.s, 0, &r, NULL));
  assert_int_equal (r.seq, 3);
  simple (2, 1);
  assert_int_equal (store_journal_next (f.s, 0, &r, NULL), ENOENT);
  assert_int_equal (store_journal_applied (f.s, 4), EINVAL);

  /* Round the ring many times.  */
  for (unsigned i = 0; i < 100; i++)
    {
      OK (store_journal_append (f.s, stats ().last, 7, big, i * 67, &seq));
      assert_int_equal (seq, 4 + i);
      if (i % 3 == 0)
	reopen ();
      simple (10 + i, 1);
      OK (store_journal_applied (f.s, seq));
    }
  unmake ();
}

/* A record that does not verify is told, nothing else suffers, and the journal can be begun
   anew.  */
static void
test_journal_damage (void **state)
{
  (void) state;
  struct store_journal_record r;
  uint8_t big[9000] = { 1 };
  uint64_t seq, last = 0;
  void *data;
  for (unsigned bad = 0; bad < 5; bad++)
    {
      make (512, (struct store_options) { .journal_blocks = 16 });
      simple (1, 3);
      OK (store_journal_append (f.s, 1, 4, "abc", 3, &seq));
      OK (store_journal_append (f.s, 1, 5, big, sizeof big, &seq));
      OK (store_journal_append (f.s, 1, 6, "def", 3, &seq));
      /* Two blocks after the second is the third record; a commit knows of all.  */
      simple (2, 3);
      uint8_t block[STORE_PAGE];
      struct store_io io = sim_io (&f.sim);
      OK (io.read (io.ctx, 4 + bad, 1, block));
      block[20] ^= 1;
      OK (io.write (io.ctx, 4 + bad, 1, block));
      reopen ();
      assert_int_equal (store_journal_next (f.s, 0, &r, NULL), EILSEQ);
      assert_non_null (strstr (store_error (f.s), "journal record"));
      assert_int_equal (store_journal_append (f.s, 2, 4, "ghi", 3, &seq), EILSEQ);
      simple (3, 3);
      expect (3, 1, 0, 3);

      OK (store_journal_renew (f.s));
      assert_int_equal (store_journal_next (f.s, 0, &r, NULL), ENOENT);
      if (bad % 2)
	reopen ();
      OK (store_journal_append (f.s, 3, 7, "new", 3, &seq));
      assert_true (seq > 3);
      last = seq;
      reopen ();
      OK (store_journal_next (f.s, 0, &r, &data));
      assert_true (r.seq == last && r.ckpt == 3 && r.type == 7);
      assert_memory_equal (data, "new", 3);
      free (data);
      assert_int_equal (store_journal_next (f.s, last, &r, NULL), ENOENT);
      OK (store_journal_applied (f.s, last));
      simple (4, 3);
      assert_int_equal (store_journal_next (f.s, 0, &r, NULL), ENOENT);
      unmake ();
    }
}

static void
test_errors (void **state)
{
  (void) state;
  struct store_io io;
  struct store *s;
  char *text;
  sim_init (&f.sim, 4096, 4096);
  io = sim_io (&f.sim);
  assert_int_equal (store_open (&io, 0, &s, &text), EINVAL);
  free (text);
  f.sim.nblocks = 4095;
  assert_int_equal (store_format (&io, NULL), EINVAL);
  sim_free (&f.sim);

  make (512, (struct store_options) { 0 });
  simple (1, 5);
  store_close (f.s);
  io = sim_io (&f.sim);
  OK (store_open (&io, STORE_RDONLY, &f.s, NULL));
  assert_int_equal (store_begin (f.s, &(struct store_txn *) { 0 }), EROFS);
  assert_int_equal (store_drop (f.s, 1), EROFS);
  uint64_t writes = f.sim.writes;
  expect (1, 1, 4, 5);
  reopen ();
  assert_int_equal (f.sim.writes, writes);

  /* A damaged superblock is known, and its copy serves.  */
  sim_bytes (&f.sim, 0)[8] ^= 8;
  reopen ();
  assert_true (stats ().super_damaged);
  expect (1, 1, 4, 5);
  sim_bytes (&f.sim, 0)[8] ^= 8;
  reopen ();
  assert_false (stats ().super_damaged);

  /* So is a damaged copy, though nothing needs it now.  */
  uint64_t count;
  sim_bytes (&f.sim, 3)[500] ^= 1;
  reopen ();
  assert_true (stats ().super_copy_damaged);
  expect (1, 1, 4, 5);
  OK (store_scrub (f.s, 0, NULL, NULL, &count));
  assert_int_equal (count, 1);
  sim_bytes (&f.sim, 3)[500] ^= 1;
  reopen ();
  assert_false (stats ().super_damaged);
  unmake ();
}

/* A format from the future is refused by name.  */
static void
test_future (void **state)
{
  (void) state;
  struct store *s;
  char *text;
  make (512, (struct store_options) { 0 });
  store_close (f.s);
  struct store_io io = sim_io (&f.sim);
  uint8_t *b = sim_bytes (&f.sim, 0);
  b[8] = 9;
  uint64_t sum = XXH3_64bits_withSeed (b, 504, 0);
  for (int i = 0; i < 8; i++)
    b[504 + i] = sum >> 8 * i;
  assert_int_equal (store_open (&io, 0, &s, &text), ENOTSUP);
  assert_non_null (strstr (text, "version 9"));
  free (text);

  /* So is this version with a feature that we do not know.  */
  b[8] = 1;
  b[13] = 2;
  sum = XXH3_64bits_withSeed (b, 504, 0);
  for (int i = 0; i < 8; i++)
    b[504 + i] = sum >> 8 * i;
  assert_int_equal (store_open (&io, 0, &s, &text), ENOTSUP);
  assert_non_null (strstr (text, "features 0x200;"));
  free (text);
  sim_free (&f.sim);
}

/* A device that was cut short is told from damage, with both sizes where they can be
   known.  */
static void
test_cut_short (void **state)
{
  (void) state;
  struct store *s;
  char *text;
  make (1024, (struct store_options) { .journal_blocks = 64 });
  simple (1, 20);
  store_close (f.s);
  struct store_io io = sim_io (&f.sim);
  static const struct
  {
    uint64_t blocks;
    const char *text;
  } cuts[] = {
    { 1000, "the store has 4096 KiB, but the device only 4000 KiB" },
    { 70, "beyond the end of the device, which has 280 KiB" },
    { 40, "journal alone has 256 KiB, but the device has 160 KiB" },
    { 0, "beyond the end of the device, which has 0 KiB" }
  };
  for (unsigned i = 0; i < 4; i++)
    {
      f.sim.nblocks = cuts[i].blocks;
      assert_int_equal (store_open (&io, 0, &s, &text), EILSEQ);
      assert_non_null (text);
      if (!strstr (text, cuts[i].text))
	fail_msg ("%s", text);
      free (text);
    }
  f.sim.nblocks = 1024;
  OK (store_open (&io, 0, &f.s, NULL));
  unmake ();
}

/* A failing device: at every call in turn.  What fails must fail as a whole, leave
   the checkpoints alone, and the store must go on after it is opened again.  */
static void
test_failing_device (void **state)
{
  (void) state;
  for (int kind = 0; kind < 3; kind++)
    for (unsigned long at = 1;; at++)
      {
	make (512, (struct store_options) { .chain_max = 2 });
	simple (1, 20);
	simple (50, 3);
	reopen ();
	unsigned long *fail = (kind == 0 ? &f.sim.fail_read
			       : kind == 1 ? &f.sim.fail_write
			       : &f.sim.fail_barrier);
	*fail = at;
	struct store_txn *t;
	struct store_obj *o;
	uint8_t page[STORE_PAGE];
	error_t err = store_begin (f.s, &t);
	if (!err)
	  {
	    err = store_object_create (t, 1, 1, &o);
	    for (unsigned i = 0; i < 150 && !err; i++)
	      {
		model_page (i < 20 ? i + 1 : 100 + i, page);
		err = store_put_page (o, i, page);
	      }
	    if (err)
	      store_abort (t);
	    else
	      err = store_commit (t, NULL, NULL);
	  }
	bool failed = *fail == 0;
	/* A page that cannot be compared is written anew: no error.  */
	if (failed && kind != 0)
	  assert_int_equal (err, EIO);
	if (failed && kind == 1 && at == 1)
	  assert_non_null (strstr (store_error (f.s), "of object 1: "));
	*fail = 0;
	if (!err)
	  expect (3, 1, 149, 249);
	reopen ();
	expect (1, 1, 19, 20);
	expect (2, 1, 2, 52);
	uint64_t n = simple (7000, 5);
	expect (n, 1, 4, 7004);
	unmake ();
	if (!failed)
	  break;
      }
}

static error_t
note (void *arg, const struct store_damage *d)
{
  *(struct store_damage *) arg = *d;
  return 0;
}

static void
test_bad_block (void **state)
{
  (void) state;
  struct store_ckpt *c;
  struct store_damage d = { 0 };
  uint8_t got[30 * STORE_PAGE], page[STORE_PAGE];
  uint64_t count;
  make (512, (struct store_options) { 0 });
  simple (1, 30);
  simple (500, 10);

  /* Find the block of page 3 of checkpoint 2, and damage it.  */
  model_page (503, page);
  uint64_t block = 0;
  for (uint64_t b = 4; b < 512; b++)
    if (f.sim.cell[b] && memcmp (f.sim.cell[b]->data, page, STORE_PAGE) == 0)
      block = b;
  sim_bytes (&f.sim, block)[100] ^= 4;
  OK (store_ckpt_open (f.s, 2, &c));
  assert_int_equal (store_read_pages (c, 1, 0, 30, got), EILSEQ);
  char want[80];
  snprintf (want, sizeof want, "block %llu: page 3 of object 1, checkpoint 2",
	    (unsigned long long) block);
  assert_non_null (strstr (store_error (f.s), want));
  store_ckpt_close (c);
  OK (store_scrub (f.s, 0, note, &d, &count));
  assert_int_equal (count, 1);
  assert_true (d.block == block && d.object == 1 && d.page == 3
	       && d.checkpoint == 2 && d.err == EILSEQ);

  /* The same with a block that does not read; the other checkpoint is whole.  */
  sim_bytes (&f.sim, block)[100] ^= 4;
  f.sim.bad = true;
  f.sim.bad_block = block;
  OK (store_ckpt_open (f.s, 2, &c));
  assert_int_equal (store_read_pages (c, 1, 0, 30, got), EIO);
  assert_non_null (strstr (store_error (f.s), want));
  store_ckpt_close (c);
  OK (store_ckpt_open (f.s, 1, &c));
  OK (store_read_pages (c, 1, 0, 30, got));
  store_ckpt_close (c);

  /* Written again, the page is stored in another place.  */
  simple (500, 10);
  expect (3, 1, 3, 503);
  f.sim.bad = false;
  unmake ();
}

static error_t
count_diff (void *arg, uint64_t id, uint64_t pageno)
{
  unsigned *n = arg;
  n[pageno == UINT64_MAX ? 0 : id]++;
  return 0;
}

static void
test_diff (void **state)
{
  (void) state;
  struct store_txn *t;
  struct store_obj *o;
  struct store_ckpt *a, *b;
  unsigned n[3] = { 0 };
  make (512, (struct store_options) { .chain_max = 2 });
  simple (1, 20);
  OK (store_begin (f.s, &t));
  OK (store_keep_object (t, 1, &o));
  put (o, 3, 9);
  put (o, 4, 0);
  OK (store_object_create (t, 2, 1, &o));
  put (o, 0, 1);
  OK (store_commit (t, NULL, NULL));
  OK (store_ckpt_open (f.s, 1, &a));
  OK (store_ckpt_open (f.s, 2, &b));
  OK (store_diff (a, b, count_diff, n));
  assert_true (n[0] == 1 && n[1] == 2 && n[2] == 1);
  store_ckpt_close (a);
  store_ckpt_close (b);
  unmake ();
}

static void
test_revert (void **state)
{
  (void) state;
  struct store_txn *t;
  struct store_obj *o;
  struct store_ckpt *a, *b;
  struct store_info info;
  unsigned n[3] = { 0 };
  uint64_t number;
  make (1024, (struct store_options) { .chain_max = 3 });
  simple (1, 50);
  OK (store_begin (f.s, &t));
  OK (store_object_create (t, 2, 5, &o));
  OK (store_set_length (o, 99));
  for (unsigned i = 0; i < 20; i++)
    put (o, i, 500 + i);
  OK (store_keep_object (t, 1, &o));
  put (o, 3, 0);
  put (o, 4, 44);
  put (o, 60, 66);
  OK (store_commit (t, NULL, NULL));
  OK (store_begin (f.s, &t));
  OK (store_keep_object (t, 1, &o));
  put (o, 7, 77);
  OK (store_commit (t, NULL, NULL));

  assert_int_equal (store_revert (f.s, 9, NULL, NULL), ENOENT);
  OK (store_revert (f.s, 2, "again", &number));
  assert_int_equal (number, 4);
  OK (store_revert (f.s, 1, NULL, &number));
  for (unsigned i = 0; i < 2; i++)
    {
      OK (store_ckpt_open (f.s, 2 - i, &a));
      OK (store_ckpt_open (f.s, 4 + i, &b));
      memset (n, 0, sizeof n);
      OK (store_diff (a, b, count_diff, n));
      assert_int_equal (n[0], 0);
      for (uint64_t p = 0; p < 61; p++)
	{
	  uint8_t x[STORE_PAGE], y[STORE_PAGE];
	  for (uint64_t id = 1; id < 3 - i; id++)
	    {
	      OK (store_read_pages (a, id, p, 1, x));
	      OK (store_read_pages (b, id, p, 1, y));
	      assert_memory_equal (x, y, STORE_PAGE);
	    }
	}
      store_ckpt_close (a);
      store_ckpt_close (b);
    }
  OK (store_checkpoint_info (f.s, 4, &info));
  assert_int_equal (info.new_blocks, 21);	/* Object 2, and page 7.  */

  /* The history is a tree: 1 - 2 - 3, 2 - 4, 1 - 5 - 6; what is dropped is passed
     over.  */
  simple (1, 51);
  static const uint64_t parents[] = { 0, 1, 2, 2, 1, 5 };
  for (unsigned i = 0; i < 6; i++)
    {
      OK (store_checkpoint_info (f.s, i + 1, &info));
      assert_int_equal (info.parent, parents[i]);
      assert_int_equal (info.predecessor, i);
    }
  OK (store_drop (f.s, 1));
  OK (store_drop (f.s, 6));
  OK (store_drop (f.s, 2));
  simple (1, 52);
  reopen ();
  static const uint64_t left[][2] = { { 3, 0 }, { 4, 0 }, { 5, 0 }, { 7, 5 } };
  for (unsigned i = 0; i < 4; i++)
    {
      OK (store_checkpoint_info (f.s, left[i][0], &info));
      assert_int_equal (info.parent, left[i][1]);
    }
  expect (5, 1, 49, 50);
  expect (4, 2, 19, 519);
  unmake ();
}

/* A long life: anything in any order, always the same as the model says.  */
static void
test_long_life (void **state)
{
  (void) state;
  for (unsigned seed = 1; seed <= 4; seed++)
    {
      static struct model m;
      uint64_t x = seed;
      make (1024, (struct store_options) {
	    .chain_max = 5, .keep = seed % 2 ? 4 : 0, .pending_max = 100,
	    .flags = seed > 2 ? STORE_COMPRESS : 0 });
      model_init (&m, 1024, seed % 2 ? 4 : 0);
      for (unsigned step = 0; step < 400; step++)
	{
	  x = x * 6364136223846793005ull + 1442695040888963407ull;
	  unsigned what = x >> 33 & 15, at = m.n ? (x >> 40) % m.n : 0;
	  if (what < 9 && m.n < M_CKPTS - 1)
	    {
	      struct m_state st = m.head;
	      for (unsigned i = 0; i < (x >> 50) % 40; i++)
		{
		  unsigned o = (x >> (i % 30)) % M_OBJECTS;
		  st.present[o] = true;
		  st.length[o] = step;
		  st.value[o][(x >> 20) * (i + 1) % M_PAGES]
		    = i % 5 ? m.next_value++ : i % 3;
		}
	      if (what == 0)
		{
		  st.present[1] = false;
		  st.length[1] = 0;
		  memset (st.value[1], 0, sizeof st.value[1]);
		}
	      struct store_txn *t;
	      OK (store_begin (f.s, &t));
	      model_retain (&m);
	      OK (model_write (&m.head, &st, what == 1, t));
	      if (what == 2)
		store_abort (t);
	      else
		{
		  OK (store_commit (t, NULL, NULL));
		  model_commit (&m, &st);
		}
	    }
	  else if (what < 12 && m.n)
	    {
	      OK (store_drop (f.s, m.ckpt[at].number));
	      model_drop (&m, at);
	    }
	  else if (what == 12 && m.n && m.n < M_CKPTS - 1)
	    {
	      OK (store_revert (f.s, m.ckpt[at].number, NULL, NULL));
	      model_revert (&m, at);
	    }
	  else if (what == 13 && m.n)
	    {
	      strcpy (m.ckpt[at].label, m.ckpt[at].label[0] ? "" : "x");
	      OK (store_label (f.s, m.ckpt[at].number, m.ckpt[at].label));
	    }
	  else
	    reopen ();
	  if (step % 10 == 0)
	    {
	      uint64_t damage;
	      const char *bad = model_check (&m, 1, f.s);
	      if (bad)
		fail_msg ("seed %u step %u: %s", seed, step, bad);
	      OK (store_scrub (f.s, STORE_SCRUB_SPACE, NULL, NULL, &damage));
	      assert_int_equal (damage, 0);
	    }
	}
      unmake ();
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (test_objects),
    cmocka_unit_test (test_keep),
    cmocka_unit_test (test_sharing),
    cmocka_unit_test (test_sharing_after_reopen),
    cmocka_unit_test (test_blob),
    cmocka_unit_test (test_compress),
    cmocka_unit_test (test_labels_and_retention),
    cmocka_unit_test (test_reader),
    cmocka_unit_test (test_drop_frees),
    cmocka_unit_test (test_full),
    cmocka_unit_test (test_grow),
    cmocka_unit_test (test_journal),
    cmocka_unit_test (test_journal_damage),
    cmocka_unit_test (test_errors),
    cmocka_unit_test (test_future),
    cmocka_unit_test (test_cut_short),
    cmocka_unit_test (test_failing_device),
    cmocka_unit_test (test_bad_block),
    cmocka_unit_test (test_diff),
    cmocka_unit_test (test_revert),
    cmocka_unit_test (test_long_life),
  };
  return cmocka_run_group_tests_name ("store", tests, NULL, NULL);
}
