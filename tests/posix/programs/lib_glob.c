/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glob, fnmatch, wordexp.  */

#include "../test.h"
#include <fnmatch.h>
#include <glob.h>
#include <wordexp.h>

int
main (void)
{
  glob_t g;
  NEED (put ("a1", "") == 0 && put ("a2", "") == 0 && put ("b1", "") == 0 && put (".a", "") == 0);
  CHECK (glob ("a*", 0, NULL, &g) == 0 && g.gl_pathc == 2 && strcmp (g.gl_pathv[0], "a1") == 0);
  CHECK (glob ("[!a]?", 0, NULL, &g) == 0 && g.gl_pathc == 1);
  CHECK (glob ("none*", 0, NULL, &g) == GLOB_NOMATCH);
  CHECK (fnmatch ("*.c", "x.c", 0) == 0 && fnmatch ("*.c", "x.h", 0) == FNM_NOMATCH);
  wordexp_t w;
  CHECK (wordexp ("a* 'x y'", &w, 0) == 0 && w.we_wordc == 3 && strcmp (w.we_wordv[2], "x y") == 0);
  return verdict ();
}
