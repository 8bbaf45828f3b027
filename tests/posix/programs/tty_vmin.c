/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noncanonical reads: VMIN and VTIME.  */

#include "../test.h"
#include <pty.h>
#include <termios.h>

static int m, s;

static void
set (int min, int deciseconds)
{
  struct termios t;
  NEED (tcgetattr (s, &t) == 0);
  cfmakeraw (&t);
  t.c_cc[VMIN] = min;
  t.c_cc[VTIME] = deciseconds;
  NEED (tcsetattr (s, TCSANOW, &t) == 0);
}

static int
typist (void *arg)
{
  const char *text = arg;
  for (; *text; text++)
    {
      nap (100);
      if (write (m, text, 1) != 1)
	return 1;
    }
  return 0;
}

int
main (void)
{
  char buf[20];
  double t;

  NEED (openpty (&m, &s, NULL, NULL, NULL) == 0);
  set (0, 0);
  CHECK (read (s, buf, sizeof buf) == 0);
  CHECK (write (m, "abc", 3) == 3);
  nap (50);
  CHECK (read (s, buf, 2) == 2 && read (s, buf, sizeof buf) == 1);
  set (0, 3);
  t = now ();
  CHECK (read (s, buf, sizeof buf) == 0);
  t = now () - t;
  printf ("waited %.1f s\n", t);
  if (t < 0.2)
    unsupported ("a GNU/Hurd's term knows no VTIME");
  CHECK (t > 0.2 && t < 3);
  set (3, 0);
  pid_t p = child (typist, "xyz");
  CHECK (read (s, buf, sizeof buf) == 3 && memcmp (buf, "xyz", 3) == 0);
  CHECK (ended (p) == 0);
  set (1, 0);
  p = child (typist, "q");
  CHECK (read (s, buf, sizeof buf) == 1 && *buf == 'q');
  CHECK (ended (p) == 0);
  return verdict ();
}
