/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the C locale, and C.UTF-8 where it is there.  */

#include "../test.h"
#include <langinfo.h>
#include <locale.h>
#include <wchar.h>

int
main (void)
{
  CHECK (strcmp (setlocale (LC_ALL, NULL), "C") == 0);
  CHECK (strcmp (localeconv ()->decimal_point, ".") == 0);
  CHECK (setlocale (LC_ALL, "xx_NONE") == NULL);
  if (setlocale (LC_ALL, "C.UTF-8"))
    {
      wchar_t w;
      CHECK (mbtowc (&w, "\303\244", 2) == 2 && w == 0xe4);
      CHECK (strcmp (nl_langinfo (CODESET), "UTF-8") == 0);
    }
  else
    printf ("there is no C.UTF-8\n");
  return verdict ();
}
