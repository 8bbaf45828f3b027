/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what else a terminal is asked: FIONREAD, TIOCOUTQ, TIOCSTI, tcdrain, tcsendbreak, speeds, names.  */

#include "../test.h"
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

int
main (void)
{
  int m, s, n;
  char buf[40], name[100];
  struct termios t;

  NEED (openpty (&m, &s, name, NULL, NULL) == 0);
  CHECK (strcmp (ttyname (s), name) == 0 && isatty (s) && !isatty (open ("/dev/null", O_RDONLY)));
  CHECK (strcmp (ptsname (m), name) == 0);
  CHECK (write (m, "line\n", 5) == 5);
  nap (50);
  CHECK (ioctl (s, FIONREAD, &n) == 0 && n == 5);
  CHECK (read (s, buf, sizeof buf) == 5 && memcmp (buf, "line\n", 5) == 0);
  CHECK (ioctl (m, FIONREAD, &n) == 0 && n == 6);
  CHECK (read (m, buf, sizeof buf) == 6 && memcmp (buf, "line\r\n", 6) == 0);
  CHECK (write (s, "out", 3) == 3 && ioctl (s, TIOCOUTQ, &n) == 0);
  printf ("%d bytes on their way\n", n);
  CHECK (read (m, buf, sizeof buf) == 3 && tcdrain (s) == 0);
  CHECK (ioctl (s, TIOCSTI, "i") == 0 && ioctl (s, TIOCSTI, "\n") == 0);
  CHECK (read (s, buf, sizeof buf) == 2 && memcmp (buf, "i\n", 2) == 0);
  /* Its echo has to be seen before the output is said to be drained.  */
  CHECK (read (m, buf, sizeof buf) == 3 && memcmp (buf, "i\r\n", 3) == 0);
  CHECK (tcgetattr (s, &t) == 0 && cfsetospeed (&t, B9600) == 0 && cfsetispeed (&t, B9600) == 0);
  CHECK (tcsetattr (s, TCSADRAIN, &t) == 0 || errno == EIO);
  CHECK (tcgetattr (s, &t) == 0 && cfgetospeed (&t) == B9600);
  CHECK (tcsendbreak (s, 0) == 0);
  CHECK_ERROR (tcgetattr (open ("/dev/null", O_RDONLY), &t), ENOTTY);
  CHECK_ERROR (tcgetpgrp (s), ENOTTY);
  return verdict ();
}
