/* SPDX-License-Identifier: GPL-3.0-or-later */
/* packet mode of a pty (TIOCPKT): a byte of status before what the master reads.  */

#include "../test.h"
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

int
main (void)
{
  int m, s, on = 1;
  char buf[20];
  struct termios t;

  NEED (openpty (&m, &s, NULL, NULL, NULL) == 0);
  NEED (tcgetattr (s, &t) == 0);
  cfmakeraw (&t);
  NEED (tcsetattr (s, TCSANOW, &t) == 0);
  CHECK (ioctl (m, TIOCPKT, &on) == 0);
  CHECK (write (s, "data", 4) == 4);
  ssize_t n = read (m, buf, sizeof buf);
  CHECK (n == 5 && buf[0] == TIOCPKT_DATA && memcmp (buf + 1, "data", 4) == 0);
  CHECK (tcflush (s, TCIFLUSH) == 0);
  n = read (m, buf, sizeof buf);
  CHECK (n == 1 && (buf[0] & TIOCPKT_FLUSHREAD));
  CHECK (tcflow (s, TCOOFF) == 0);
  n = read (m, buf, sizeof buf);
  CHECK (n == 1 && (buf[0] & TIOCPKT_STOP));
  CHECK (tcflow (s, TCOON) == 0);
  n = read (m, buf, sizeof buf);
  CHECK (n == 1 && (buf[0] & TIOCPKT_START));
  on = 0;
  CHECK (ioctl (m, TIOCPKT, &on) == 0 && write (s, "bare", 4) == 4);
  CHECK (read (m, buf, sizeof buf) == 4 && memcmp (buf, "bare", 4) == 0);
  return verdict ();
}
