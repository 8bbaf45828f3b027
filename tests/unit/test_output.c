/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runner's reading of the serial line: each byte once, whatever is
   repeated, interleaved or damaged.  */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "host/runner/runner.h"
#include "libframe/frame.h"

double
now (void)
{
  return 0;
}

/* Feed DATA at OFFSET of stream 2 (standard error: the test's own results are
   on standard output), in pieces of PIECE bytes.  */
static void
feed (struct output *o, uint64_t offset, const char *data, size_t piece)
{
  char line[FRAME_LINE_MAX];
  size_t len = frame_encode (line, 2, offset, data, strlen (data));

  for (size_t i = 0; i < len; i += piece)
    output_feed (o, line + i, len - i < piece ? len - i : piece);
}

static void
text (struct output *o, const char *s)
{
  output_feed (o, s, strlen (s));
}

static void
assert_stream (const struct output *o, const char *expected)
{
  assert_int_equal (o->streams[2].len, strlen (expected));
  assert_memory_equal (o->streams[2].data, expected, strlen (expected));
}

static void
test_once (void **state)
{
  struct output o = { 0 };

  text (&o, "noise\r\n@@PD start\r\n");
  assert_int_equal (o.state, JOB_RUNNING);
  feed (&o, 0, "hello ", 1);
  feed (&o, 6, "world\n", 7);
  assert_stream (&o, "hello world\n");
  /* Killed, restored, and repeated with other boundaries.  */
  text (&o, "\n@@PD 2 12 4 dead");
  output_restart (&o);
  assert_int_equal (o.state, JOB_BOOTING);
  text (&o, "@@PD restored 7\n");
  assert_int_equal (o.restores, 1);
  feed (&o, 3, "lo wor", 1000);
  feed (&o, 9, "ld\nmore", 1000);
  assert_stream (&o, "hello world\nmore");
  assert_false (o.streams[2].diverged);
  text (&o, "@@PD exit 3\n");
  assert_int_equal (o.state, JOB_DONE);
  assert_int_equal (o.status, 3);
  free (o.streams[2].data);
}

static void
test_divergence (void **state)
{
  struct output o = { 0 };

  feed (&o, 0, "same", 100);
  feed (&o, 0, "sane", 100);
  assert_true (o.streams[2].diverged);
  assert_stream (&o, "same");
  free (o.streams[2].data);
}

static void
test_gap (void **state)
{
  struct output o = { 0 };

  feed (&o, 5, "late", 100);
  assert_true (o.streams[2].diverged);
  assert_int_equal (o.streams[2].len, 0);
}

/* A job that another runner began is shown from where it is now; what comes
   again of before that is not.  */
static void
test_resumed (void **state)
{
  struct output o = { 0 };

  text (&o, "@@PD restored 7\n");
  feed (&o, 50, "now", 100);
  feed (&o, 47, "oldnow and", 100);
  assert_stream (&o, "now and");
  assert_int_equal (o.streams[2].base, 50);
  feed (&o, 60, "gap", 100);
  assert_true (o.streams[2].diverged);
  free (o.streams[2].data);
}

/* What a killed runner has shown is not shown again by the next.  */
static void
test_shown (void **state)
{
  char prefix[] = "test_shown.tmp", name[32];
  struct output o = { 0 }, next = { 0 }, third = { 0 };

  snprintf (name, sizeof name, "%s.2", prefix);
  unlink (name);
  assert_int_equal (output_keep (&o, prefix), 0);
  text (&o, "@@PD restored 7\n");
  feed (&o, 50, "one two", 100);
  assert_int_equal (output_keep (&next, prefix), 0);
  assert_stream (&next, "one two");
  text (&next, "@@PD restored 8\n");
  feed (&next, 54, "two three", 100);
  assert_stream (&next, "one two three");
  assert_false (next.streams[2].diverged);
  output_forget (&next, prefix);
  assert_int_equal (access (name, F_OK), -1);
  assert_int_equal (output_keep (&third, prefix), 0);
  assert_int_equal (third.streams[2].len, 0);
  output_forget (&third, prefix);
  for (int i = 1; i < RUNNER_STREAMS; i++)
    {
      fclose (o.streams[i].shown);
      free (o.streams[i].data);
      free (next.streams[i].data);
    }
}

/* No damaged frame is taken for a good one: every flip of every bit of its
   body.  */
static void
test_damage (void **state)
{
  char line[FRAME_LINE_MAX], bad[FRAME_LINE_MAX];
  size_t len = frame_encode (line, 2, 0, "data", 4);
  size_t from = strstr (line, FRAME_MARK) - line + strlen (FRAME_MARK);

  while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
    line[--len] = '\0';
  for (size_t i = from; i < len; i++)
    for (int bit = 0; bit < 8; bit++)
      {
	struct output o = { 0 };
	memcpy (bad, line, len);
	bad[i] ^= 1 << bit;
	output_feed (&o, bad, len);
	output_feed (&o, "\n", 1);
	if (o.streams[2].len != 0)
	  assert_memory_equal (o.streams[2].data, "data", o.streams[2].len);
	free (o.streams[2].data);
      }
}

static void
test_long_line (void **state)
{
  struct output o = { 0 };

  for (int i = 0; i < 10000; i++)
    text (&o, "x");
  text (&o, "\n@@PD error no store\n");
  assert_int_equal (o.state, JOB_FAILED);
  assert_string_equal (o.error, "no store");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (test_once),
    cmocka_unit_test (test_divergence),
    cmocka_unit_test (test_gap),
    cmocka_unit_test (test_resumed),
    cmocka_unit_test (test_shown),
    cmocka_unit_test (test_damage),
    cmocka_unit_test (test_long_line),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
