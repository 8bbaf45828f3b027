/* SPDX-License-Identifier: GPL-3.0-or-later */
/* termios: speeds, VMIN and VTIME, tcflush, tcdrain, FIONREAD, errors.  */

#include "../test.h"
#include <pty.h>
#include <utmp.h>
#include <termios.h>
#include <sys/ioctl.h>

int
main (void)
{
  int m, s, n = -1;
  struct termios t;
  char c;
  NEED (openpty (&m, &s, NULL, NULL, NULL) == 0);
  NEED (tcgetattr (s, &t) == 0);
  cfmakeraw (&t);
  CHECK (cfsetospeed (&t, B9600) == 0 && cfgetospeed (&t) == B9600);
  t.c_cc[VMIN] = 0;
  t.c_cc[VTIME] = 2;
  CHECK (tcsetattr (s, TCSANOW, &t) == 0);
  double began = now ();
  CHECK (read (s, &c, 1) == 0);
  double took = now () - began;
  printf ("%.2f s\n", took);
  CHECK (took > 0.15 && took < 3);
  CHECK (write (m, "abc", 3) == 3);
  nap (50);
  CHECK (ioctl (s, FIONREAD, &n) == 0 && n == 3);
  CHECK (tcflush (s, TCIFLUSH) == 0 && ioctl (s, FIONREAD, &n) == 0 && n == 0);
  CHECK (tcdrain (s) == 0 || errno == EINTR);
  CHECK (tcflow (s, TCOON) == 0);
  NEED (put ("f", "") == 0);
  int f = open ("f", O_RDWR);
  CHECK_ERROR (tcgetattr (f, &t), ENOTTY);
  CHECK (!isatty (f) && ttyname (f) == NULL);
  int on = 1;
  CHECK (ioctl (f, FIOCLEX) == 0 && fcntl (f, F_GETFD) == FD_CLOEXEC && ioctl (f, FIONBIO, &on) == 0);
  CHECK (fcntl (f, F_GETFL) & O_NONBLOCK);
  return verdict ();
}
