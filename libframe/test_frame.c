/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames on the host: what goes in comes out, and damage is noticed.  */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "libframe/frame.h"

static void
test_crc (void **state)
{
  assert_int_equal (frame_crc32 (0, "123456789", 9), 0xcbf43926);
  assert_int_equal (frame_crc32 (frame_crc32 (0, "1234", 4), "56789", 5),
		    0xcbf43926);
}

static void
test_base64 (void **state)
{
  static const char *const pairs[][2] =
    {
      { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
      { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
    };
  char out[16];

  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    {
      size_t len = sizeof out;

      assert_int_equal (frame_to_base64 (out, pairs[i][0],
					 strlen (pairs[i][0])),
			strlen (pairs[i][1]));
      assert_string_equal (out, pairs[i][1]);
      assert_int_equal (frame_from_base64 (out, &len, pairs[i][1],
					   strlen (pairs[i][1])), 0);
      assert_int_equal (len, strlen (pairs[i][0]));
      assert_memory_equal (out, pairs[i][0], len);
    }
  for (const char *const *bad = (const char *const[])
	 { "Zg=", "Z===", "Zh==", "Zg=v", "Z g=", "====", NULL }; *bad; bad++)
    {
      size_t len = sizeof out;

      assert_int_not_equal (frame_from_base64 (out, &len, *bad,
					       strlen (*bad)), 0);
    }
}

static void
test_frames (void **state)
{
  char data[FRAME_MAX], line[FRAME_LINE_MAX];
  struct frame f;

  srand (1);
  for (int i = 0; i < 20000; i++)
    {
      size_t len = rand () % (FRAME_MAX + 1), length, at;
      uint64_t offset = (uint64_t) rand () << (rand () % 33);
      char was;

      for (size_t k = 0; k < len; k++)
	data[k] = rand ();
      length = frame_encode (line, 1 + i % 2, offset, data, len);
      assert_true (length < FRAME_LINE_MAX && line[length] == '\0');
      assert_true (line[0] == '\n' && line[length - 1] == '\n');
      assert_int_equal (frame_decode (line + 1, &f), 0);
      assert_true (f.stream == 1u + i % 2 && f.offset == offset);
      assert_int_equal (f.len, len);
      assert_memory_equal (f.data, data, len);
      /* Any other character anywhere is noticed.  */
      at = 1 + rand () % (length - 2);
      was = line[at];
      do
	line[at] = 1 + rand () % 127;
      while (line[at] == was);
      /* Digits of the checksum may be of either case, and a line end in the
	 text leaves less of it.  */
      if (frame_decode (line + 1, &f) == 0)
	{
	  assert_true (f.offset == offset && f.len == len);
	  assert_memory_equal (f.data, data, len);
	}
    }
  assert_true (frame_encode (line, UINT32_MAX, UINT64_MAX,
			     memset (data, 0, sizeof data), FRAME_MAX)
	       < FRAME_LINE_MAX);
}

int
main (void)
{
  const struct CMUnitTest tests[] =
    {
      cmocka_unit_test (test_crc), cmocka_unit_test (test_base64),
      cmocka_unit_test (test_frames),
    };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
