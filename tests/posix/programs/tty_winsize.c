/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the window size is kept, and its change sends SIGWINCH.  */

#include "../test.h"
#include <pty.h>
#include <utmp.h>
#include <sys/ioctl.h>

static int s;
static volatile sig_atomic_t got;
static void note (int x) { got++; }

static int
inner (void *arg)
{
  struct winsize w;
  signal (SIGWINCH, note);
  setsid ();
  if (ioctl (s, TIOCSCTTY, 0))
    printf ("TIOCSCTTY: %s\n", strerror (errno));
  tcsetpgrp (s, getpgrp ());
  for (int i = 0; i < 60 && !got; i++)
    nap (50);
  return got == 1 && ioctl (s, TIOCGWINSZ, &w) == 0 && w.ws_row == 50 ? 0 : 1;
}

int
main (void)
{
  int m;
  struct winsize w = { 30, 90, 0, 0 }, r;
  NEED (openpty (&m, &s, NULL, NULL, &w) == 0);
  CHECK (ioctl (s, TIOCGWINSZ, &r) == 0 && r.ws_row == 30 && r.ws_col == 90);
  pid_t pid = child (inner, NULL);
  nap (300);
  w.ws_row = 50;
  CHECK (ioctl (m, TIOCSWINSZ, &w) == 0);
  CHECK (ended (pid) == 0);
  return verdict ();
}
