/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replay of streams and policies, without a stream.

   A model program makes random requests; the journal gets what was answered.  It is
   stopped at a random moment, goes back to its last checkpoint and makes the same
   requests again: the sink must have each byte once.  */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "../../root-proxy/policy.h"
#include "../../root-proxy/replay.h"

#define STEPS 300
#define RUNS 400

static uint8_t *journal;		/* Records of one entry each: */
static size_t length, ends[4 * STEPS], records;
static char sink[64 * STEPS];
static size_t sunk, source;

static void
note (const struct replay_entry *e)
{
  assert_int_equal (replay_encode (e, &journal, &length), 0);
  ends[records++] = length;
}

/* Text number I, which the program writes.  */
static size_t
text (unsigned int i, unsigned int read, char *buf)
{
  return sprintf (buf, "%u after %u;", i, read);
}

/* One step: read a number, write a line.  STOP: 1: before the write, 2: between the
   write and its record.  */
static bool
step (struct replay_stream *s, unsigned int i, unsigned int *read, int stop)
{
  const struct replay_entry *e = replay_next (s, REPLAY_READ);
  struct replay_entry r = { .gdev = 1, .gino = 2 };
  char buf[64];

  if (e)
    {
      assert_true (replay_fits (e, NULL, 64));
      *read = e->data[0] | e->data[1] << 8;
      replay_taken (s, REPLAY_READ);
    }
  else
    {
      uint8_t data[2] = { ++source, source >> 8 };
      *read = source;
      r.amount = 64;
      r.result = r.len = 2;
      r.data = data;
      r.seq = s->seq[REPLAY_READ]++;
      note (&r);
    }
  if (stop == 1)
    return false;
  size_t len = text (i, *read, buf), ahead = 0;
  e = replay_next (s, REPLAY_WRITE);
  if (e)
    {
      assert_true (replay_fits (e, buf, len));
      assert_false (replay_fits (e, buf, len - 1));
      assert_false (replay_fits (e, "x", len > 1 ? 1 : 2));
      replay_taken (s, REPLAY_WRITE);
      return true;
    }
  if (!s->begun)
    {
      r = (struct replay_entry) { .gdev = 1, .gino = 2, .lane = REPLAY_WRITE,
				  .kind = REPLAY_BEGIN, .progress = sunk };
      s->begun = true;
      s->progress = sunk;
      note (&r);
    }
  else if (s->restored)
    ahead = replay_ahead (s, sunk);
  s->restored = false;
  assert_true (ahead <= len);
  memcpy (sink + sunk, buf + ahead, len - ahead);
  sunk += len - ahead;
  if (stop == 2)
    return false;
  s->progress = sunk;
  s->tells = true;
  r = (struct replay_entry) { .gdev = 1, .gino = 2, .lane = REPLAY_WRITE,
			      .amount = len, .result = len, .progress = sunk,
			      .hash = replay_hash (buf, len), .tells = true,
			      .seq = s->seq[REPLAY_WRITE]++ };
  note (&r);
  return true;
}

static void
run (unsigned int seed)
{
  struct replay r = { 0 };
  uint8_t *state = NULL;
  size_t state_len = 0, expected = 0;
  unsigned int i = 0, saved = 0, read;
  char want[64 * STEPS];

  srand (seed);
  length = records = sunk = source = 0;
  replay_save (&r, &state, &state_len);
  while (i < STEPS)
    {
      int what = rand () % 24;
      if (what == 0)
	{
	  free (state);
	  assert_int_equal (replay_save (&r, &state, &state_len), 0);
	  saved = i;
	}
      if (what > 2 && step (replay_stream (&r, 1, 2), i, &read, 0))
	{
	  i++;
	  continue;
	}
      if (what == 0)
	continue;
      step (replay_stream (&r, 1, 2), i, &read, what);
      replay_free (&r);
      assert_int_equal (replay_restore (&r, state, state_len), 0);
      for (size_t k = 0, at = 0; k < records; at = ends[k++])
	assert_int_equal (replay_load (&r, k + 1, journal + at, ends[k] - at), 0);
      i = saved;
    }
  for (i = 0; i < STEPS; i++)
    expected += text (i, i + 1, want + expected);
  assert_int_equal (sunk, expected);
  assert_memory_equal (sink, want, expected);
  assert_int_equal (replay_stream (&r, 1, 2)->diverged, 0);
  replay_free (&r);
  free (state);
  free (journal);
  journal = NULL;
}

static void
test_once (void **unused)
{
  for (unsigned int seed = 1; seed <= RUNS; seed++)
    run (seed);
}

/* After a divergence the past is gone, also for the next restore, but what was
   matched before stays.  */
static void
test_diverged (void **unused)
{
  struct replay r = { 0 };
  struct replay_entry e = { .gdev = 1, .gino = 2, .lane = REPLAY_WRITE,
			    .amount = 1, .result = 1 };
  uint8_t *buf = NULL;
  size_t len = 0;

  for (e.seq = 0; e.seq < 4; e.seq++)
    {
      e.hash = replay_hash (&"abcd"[e.seq], 1);
      assert_int_equal (replay_encode (&e, &buf, &len), 0);
    }
  e.kind = REPLAY_FORGET;
  e.seq = 2;
  assert_int_equal (replay_encode (&e, &buf, &len), 0);
  e.kind = REPLAY_ANSWER;
  e.hash = replay_hash ("x", 1);
  assert_int_equal (replay_encode (&e, &buf, &len), 0);
  assert_int_equal (replay_load (&r, 1, buf, len), 0);
  struct replay_stream *s = replay_stream (&r, 1, 2);
  for (int i = 0; i < 3; i++)
    {
      const struct replay_entry *past = replay_next (s, REPLAY_WRITE);
      assert_non_null (past);
      assert_true (replay_fits (past, &"abx"[i], 1));
      replay_taken (s, REPLAY_WRITE);
    }
  assert_null (replay_next (s, REPLAY_WRITE));
  assert_int_equal (replay_needed (&r), UINT64_MAX);
  replay_free (&r);
  /* Damage is found, whatever is damaged.  */
  for (size_t cut = 1; cut < len; cut++)
    {
      error_t err = replay_load (&r, 1, buf, cut);
      assert_true (err == EBADMSG || (err == 0 && cut % (len / 6) == 0));
      replay_free (&r);
    }
  for (size_t i = 0; i < len; i++)
    {
      buf[i] ^= 0x80;
      replay_load (&r, 1, buf, len);
      replay_free (&r);
      buf[i] ^= 0x80;
    }
  free (buf);
}

static void
test_policies (void **unused)
{
  struct policy_rules rules = { 0 };

  assert_int_equal (policy_of (&rules, "/home/x", S_IFREG), POLICY_COMMIT);
  assert_int_equal (policy_of (&rules, "/dev/com0", S_IFCHR), POLICY_REPLAY);
  assert_int_equal (policy_of (&rules, "/dev/null", S_IFCHR), POLICY_THROUGH);
  assert_int_equal (policy_add (&rules, "/dev/*:reset"), 0);
  assert_int_equal (policy_add (&rules, "/var/log/a:b:replay"), 0);
  assert_int_equal (policy_of (&rules, "/dev/com0", S_IFCHR), POLICY_RESET);
  assert_int_equal (policy_of (&rules, "/dev/a/b", S_IFCHR), POLICY_REPLAY);
  assert_int_equal (policy_of (&rules, "/dev", S_IFDIR), POLICY_COMMIT);
  assert_true (policy_inside (&rules, "/servers/socket/1"));
  assert_false (policy_inside (&rules, "/servers/socket/2"));
  assert_false (policy_inside (&rules, "/home/feed"));
  assert_false (policy_inside (&rules, NULL));
  assert_int_equal (policy_add (&rules, "/home/f*:inside"), 0);
  assert_true (policy_inside (&rules, "/home/feed"));
  /* Files there are what they were.  */
  assert_int_equal (policy_of (&rules, "/home/feed", S_IFREG), POLICY_COMMIT);
  assert_true (policy_inside (&rules, "/dev/ttyp0"));
  assert_int_equal (policy_add (&rules, "stream:inside"), EINVAL);
  assert_int_equal (policy_of (&rules, "/var/log/a:b", S_IFREG), POLICY_REPLAY);
  assert_int_equal (policy_of (&rules, NULL, S_IFREG), POLICY_COMMIT);
  assert_int_equal (policy_add (&rules, "stream:through"), 0);
  assert_int_equal (policy_of (&rules, "/dev/com0", S_IFCHR), POLICY_THROUGH);
  assert_int_equal (policy_add (&rules, "/dev/*:replay"), 0);
  assert_int_equal (policy_of (&rules, "/dev/com0", S_IFCHR), POLICY_REPLAY);
  assert_int_equal (rules.n, 4);
  static const char *const wrong[] = {
    "", ":", "x:commit", "/x", "/x:", "/x:keep", "stream:commit",
    "directory:reset", ":replay", "file:through"
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_int_equal (policy_add (&rules, wrong[i]), EINVAL);
  for (size_t i = 0; i < rules.n; i++)
    free (rules.rules[i].pattern);
  free (rules.rules);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (test_once), cmocka_unit_test (test_diverged),
    cmocka_unit_test (test_policies)
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
