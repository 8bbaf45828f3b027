/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a pty: raw and cooked input, echo, erase, kill, end of file, output processing.  */

#include "../test.h"
#include <pty.h>
#include <utmp.h>
#include <termios.h>

static int m, s;

static bool
reads (int fd, const char *text)
{
  char buf[200];
  nap (50);
  fcntl (fd, F_SETFL, O_NONBLOCK);
  ssize_t n = read (fd, buf, sizeof buf - 1);
  fcntl (fd, F_SETFL, 0);
  if (n < 0)
    n = 0;
  buf[n] = 0;
  bool same = (size_t) n == strlen (text) && memcmp (buf, text, n) == 0;
  if (!same)
    {
      printf ("read %zd:", n);
      for (ssize_t i = 0; i < n; i++)
	printf (" %02x", (unsigned char) buf[i]);
      puts ("");
    }
  return same;
}

int
main (void)
{
  struct termios t;
  CHECK (openpty (&m, &s, NULL, NULL, NULL) == 0);
  CHECK (isatty (s) && tcgetattr (s, &t) == 0);
  t.c_lflag |= ICANON | ECHO | ECHOE | ECHOK;
  t.c_iflag |= ICRNL;
  t.c_oflag |= OPOST | ONLCR;
  t.c_cc[VERASE] = 127;
  t.c_cc[VKILL] = 21;
  t.c_cc[VEOF] = 4;
  CHECK (tcsetattr (s, TCSANOW, &t) == 0);
  CHECK (write (m, "ab\177c\r", 5) == 5);
  CHECK (reads (s, "ac\n"));
  char junk[100];
  CHECK (read (m, junk, sizeof junk) > 3);
  CHECK (write (m, "gone\025ok\n", 8) == 8 && reads (s, "ok\n"));
  CHECK (read (m, junk, sizeof junk) > 0);
  CHECK (write (m, "part\004", 5) == 5 && reads (s, "part"));
  CHECK (read (m, junk, sizeof junk) > 0);
  CHECK (write (s, "x\n", 2) == 2 && reads (m, "x\r\n"));
  cfmakeraw (&t);
  CHECK (tcsetattr (s, TCSANOW, &t) == 0);
  CHECK (write (m, "a\177\r", 3) == 3 && reads (s, "a\177\r"));
  CHECK (write (s, "x\n", 2) == 2 && reads (m, "x\n"));
  return verdict ();
}
