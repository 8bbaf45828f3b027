/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settrans, showtrans and fsysopts: active and passive records.  */

#include "../test.h"

int
main (void)
{
  struct stat st;
  NEED (put ("n", "plain") == 0);
  CHECK (system ("settrans n /hurd/null --zero") == 0);
  CHECK (system ("test \"$(showtrans n)\" = '/hurd/null --zero'") == 0);
  char c = 1;
  int fd = open ("n", O_RDWR);
  CHECK (fd >= 0 && read (fd, &c, 1) == 1 && c == 0 && fstat (fd, &st) == 0 && S_ISCHR (st.st_mode));
  close (fd);
  CHECK (system ("settrans -g n") == 0);
  CHECK (system ("settrans -fg n") == 0);
  CHECK (holds ("n", "plain"));
  CHECK (system ("settrans -a n /hurd/null") == 0 && holds ("n", ""));
  CHECK (system ("settrans -ag n") == 0 && holds ("n", "plain"));
  CHECK (system ("fsysopts / > opts") == 0 || access ("opts", F_OK) == 0);
  return verdict ();
}
