/* SPDX-License-Identifier: GPL-3.0-or-later */
/* getopt, qsort, bsearch, regcomp, iconv.  */

#include "../test.h"
#include <iconv.h>
#include <regex.h>

static int
by_value (const void *a, const void *b)
{
  return *(const int *) a - *(const int *) b;
}

int
main (void)
{
  char *argv[] = { "x", "-a", "-b", "val", "rest", NULL };
  int c, seen = 0, v[] = { 5, 3, 9, 1 }, k = 9;
  while ((c = getopt (5, argv, "ab:")) != -1)
    seen += c == 'a' ? 1 : c == 'b' && strcmp (optarg, "val") == 0 ? 10 : 100;
  CHECK (seen == 11 && optind == 4);
  qsort (v, 4, sizeof *v, by_value);
  CHECK (v[0] == 1 && v[3] == 9 && bsearch (&k, v, 4, sizeof *v, by_value) == &v[3]);
  regex_t r;
  regmatch_t m[2];
  CHECK (regcomp (&r, "a(b+)c", REG_EXTENDED) == 0 && regexec (&r, "xabbc", 2, m, 0) == 0 && m[1].rm_so == 2 && m[1].rm_eo == 4);
  iconv_t i = iconv_open ("UTF-8", "ISO-8859-1");
  if (i == (iconv_t) -1)
    printf ("iconv: %s\n", strerror (errno));
  return verdict ();
}
