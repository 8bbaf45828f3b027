/* SPDX-License-Identifier: GPL-3.0-or-later */
/* who is logged in: entries of utmp are written, found and read again.  */

#include "../test.h"
#include <utmpx.h>

int
main (void)
{
  struct utmpx u = { .ut_type = USER_PROCESS, .ut_pid = getpid () }, key = { .ut_type = USER_PROCESS }, *there;
  strcpy (u.ut_id, "pt");
  strcpy (u.ut_user, "user");
  strcpy (u.ut_line, "ttyp9");
  setutxent ();
  CHECK (pututxline (&u) != NULL);
  setutxent ();
  strcpy (key.ut_line, "ttyp9");
  there = getutxline (&key);
  CHECK (there && strncmp (there->ut_user, "user", 4) == 0 && there->ut_pid == getpid ());
  u.ut_type = DEAD_PROCESS;
  setutxent ();
  CHECK (pututxline (&u) != NULL);
  setutxent ();
  CHECK (getutxline (&key) == NULL);
  endutxent ();
  return verdict ();
}
