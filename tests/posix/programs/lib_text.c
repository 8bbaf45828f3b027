/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regular expressions, wordexp, iconv, strings of several bytes, scandir, memory streams, getline.  */

#include "../test.h"
#include <dirent.h>
#include <iconv.h>
#include <locale.h>
#include <regex.h>
#include <wchar.h>
#include <wordexp.h>

static int not_dots (const struct dirent *e) { return e->d_name[0] != '.'; }

int
main (void)
{
  regex_t re;
  regmatch_t m[2];
  CHECK (regcomp (&re, "a(b+)c", REG_EXTENDED) == 0 && regexec (&re, "xabbc", 2, m, 0) == 0);
  CHECK (m[0].rm_so == 1 && m[1].rm_so == 2 && m[1].rm_eo == 4);
  regfree (&re);
  wordexp_t w;
  setenv ("V", "two words", 1);
  CHECK (wordexp ("one $V \"$V\"", &w, 0) == 0 && w.we_wordc == 4 && strcmp (w.we_wordv[3], "two words") == 0);
  wordfree (&w);
  CHECK (setlocale (LC_ALL, "C.UTF-8") != NULL);
  wchar_t wide[10];
  CHECK (mbstowcs (wide, "gr\303\274n", 10) == 4 && wide[2] == 0xfc && wcwidth (wide[2]) == 1);
  iconv_t cd = iconv_open ("UTF-16LE", "UTF-8");
  if (cd == (iconv_t) -1)
    printf ("iconv_open: %s\n", strerror (errno));
  else
    {
      char in[] = "\303\274", out[8], *i = in, *o = out;
      size_t ni = 2, no = 8;
      CHECK (iconv (cd, &i, &ni, &o, &no) == 0 && o == out + 2 && (unsigned char) out[0] == 0xfc);
      iconv_close (cd);
    }
  NEED (mkdir ("d", 0755) == 0 && put ("d/b", "") == 0 && put ("d/a", "") == 0);
  struct dirent **list;
  CHECK (scandir ("d", &list, not_dots, alphasort) == 2 && strcmp (list[0]->d_name, "a") == 0);
  char *text = NULL, *line = NULL;
  size_t size, room = 0;
  FILE *f = open_memstream (&text, &size);
  CHECK (f && fprintf (f, "first\nsecond\n") == 13 && fclose (f) == 0 && size == 13);
  f = fmemopen (text, size, "r");
  CHECK (f && getline (&line, &room, f) == 6 && getdelim (&line, &room, 'o', f) == 4);
  return verdict ();
}
