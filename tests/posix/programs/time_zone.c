/* SPDX-License-Identifier: GPL-3.0-or-later */
/* localtime with TZ, mktime, strftime.  */

#include "../test.h"

int
main (void)
{
  time_t t = 1000000000;
  char buf[100];
  setenv ("TZ", "UTC0", 1);
  tzset ();
  struct tm *tm = localtime (&t);
  CHECK (tm->tm_year == 101 && tm->tm_mon == 8 && tm->tm_mday == 9 && tm->tm_hour == 1);
  CHECK (mktime (tm) == t);
  setenv ("TZ", "XST-2", 1);
  tzset ();
  tm = localtime (&t);
  CHECK (tm->tm_hour == 3);
  CHECK (strftime (buf, sizeof buf, "%Y-%m-%d %H:%M:%S %Z", tm) > 0 && strcmp (buf, "2001-09-09 03:46:40 XST") == 0);
  return verdict ();
}
