/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line discipline on the host: what is echoed and what is read.  */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "translators/term/ldisc.h"

static struct ldisc l;
static char text[LD_IN_SIZE + 1];

static void
type (const char *s)
{
  for (; *s != '\0'; s++)
    ldisc_input (&l, *s);
}

/* All output so far.  */
static const char *
shown (void)
{
  size_t n = 0;

  while (l.out.count > 0)
    text[n++] = chq_get (&l.out);
  text[n] = '\0';
  return text;
}

static const char *
taken (size_t len)
{
  text[ldisc_take (&l, text, len)] = '\0';
  return text;
}

static int
setup (void **state)
{
  return ldisc_init (&l) ? 0 : -1;
}

static int
teardown (void **state)
{
  free (l.in.data);
  free (l.out.data);
  return 0;
}

static void
test_lines (void **state)
{
  type ("hello\r");
  assert_string_equal (shown (), "hello\r\n");
  type ("two\nthr");
  assert_string_equal (taken (100), "hello\n");
  assert_string_equal (taken (2), "tw");
  assert_string_equal (taken (100), "o\n");
  assert_false (ldisc_can_read (&l));
}

static void
test_editing (void **state)
{
  type ("abx\177c\n");
  assert_string_equal (shown (), "abx\b \bc\r\n");
  assert_string_equal (taken (100), "abc\n");
  type ("foo bar\027baz\n");
  assert_string_equal (taken (100), "foo baz\n");
  type ("junk\025ok\n");
  assert_string_equal (taken (100), "ok\n");
  type ("x\026\003y\n");
  assert_string_equal (taken (100), "x\003y\n");
  type ("h\303\251\177\n");
  assert_string_equal (taken (100), "h\n");
  shown ();
  type ("a\t\177b\n");
  assert_string_equal (shown (), "a\t\b\b\b\b\b\b\b       \b\b\b\b\b\b\bb\r\n");
  /* What ends a line cannot be erased any more.  */
  type ("\177\n");
  assert_string_equal (taken (100), "ab\n");
  assert_string_equal (taken (100), "\n");
}

static void
test_eof (void **state)
{
  type ("abc\004");
  assert_int_equal (ldisc_readable (&l), 3);
  assert_string_equal (taken (3), "abc");
  assert_false (ldisc_can_read (&l));
  type ("\004");
  assert_true (ldisc_can_read (&l));
  assert_string_equal (taken (10), "");
  assert_false (ldisc_can_read (&l));
  type ("abc\004");
  assert_string_equal (taken (2), "ab");
  assert_string_equal (taken (2), "c");
  assert_false (ldisc_can_read (&l));
}

static void
test_signals (void **state)
{
  type ("gone\003");
  assert_int_equal (l.signal, SIGINT);
  assert_int_equal (l.in.count, 0);
  l.signal = 0;
  type ("\032");
  assert_int_equal (l.signal, SIGTSTP);
  l.signal = 0;
  l.lflag |= NOFLSH;
  type ("kept\034\n");
  assert_int_equal (l.signal, SIGQUIT);
  assert_string_equal (taken (100), "kept\n");
  type ("\023");
  assert_true (l.stopped);
  type ("\021");
  assert_false (l.stopped);
}

static void
test_modes (void **state)
{
  tcflag_t modes[4];
  cc_t cc[NCCS];
  speed_t speeds[2];

  type ("part");
  ldisc_get (&l, modes, cc, speeds);
  modes[0] &= ~ICRNL;
  modes[3] &= ~(ICANON | ECHO | ISIG | IEXTEN);
  ldisc_set (&l, modes, cc, speeds);
  shown ();
  type ("\r\003\004");
  assert_string_equal (shown (), "");
  assert_string_equal (taken (100), "part\r\003\004");
  for (const char *s = "a\tb\n"; *s != '\0'; s++)
    assert_true (ldisc_output (&l, *s));
  assert_string_equal (shown (), "a\tb\r\n");
}

static void
test_full (void **state)
{
  for (size_t i = 0; i < 2 * LD_IN_SIZE; i++)
    ldisc_input (&l, 'x');
  assert_true (chq_room (&l.in) >= 1);
  type ("\n");
  assert_int_equal (ldisc_readable (&l), LD_IN_SIZE);
}

/* Anything may come, in any mode: the queues stay sound.  */
static void
test_random (void **state)
{
  srand (1);
  for (int i = 0; i < 500000; i++)
    {
      size_t len = rand () % 200, can = ldisc_readable (&l);

      if (rand () % 1000 == 0)
	{
	  tcflag_t modes[4];
	  cc_t cc[NCCS];
	  speed_t speeds[2];

	  ldisc_get (&l, modes, cc, speeds);
	  for (int k = 0; k < 4; k++)
	    modes[k] = (tcflag_t) rand () ^ (tcflag_t) rand () << 16;
	  ldisc_set (&l, modes, cc, speeds);
	}
      if (rand () % 50 == 0)
	shown ();
      if (rand () % 100 == 0)
	{
	  size_t n = ldisc_take (&l, text, len);

	  assert_true (n <= len && n <= can);
	}
      ldisc_input (&l, rand ());
      assert_true (l.complete <= l.in.count && l.in.count <= l.in.size);
      assert_true (l.out.count <= l.out.size);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, setup, teardown)

int
main (void)
{
  const struct CMUnitTest tests[] =
    {
      TEST (test_lines), TEST (test_editing), TEST (test_eof),
      TEST (test_signals), TEST (test_modes), TEST (test_full),
      TEST (test_random),
    };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
