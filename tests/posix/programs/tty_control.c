/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a controlling terminal: /dev/tty, foreground group, signals from keys, hangup.  */

#include "../test.h"
#include <pty.h>
#include <utmp.h>
#include <termios.h>
#include <sys/ioctl.h>

static int m, s;

static int
inner (void *arg)
{
  close (m);
  CHECK (login_tty (s) == 0);
  int t = open ("/dev/tty", O_RDWR);
  CHECK (t >= 0);
  CHECK (tcgetpgrp (0) == getpgrp () && tcgetsid (0) == getpid ());
  CHECK (ttyname (0) != NULL);
  CHECK_ERROR (tcsetpgrp (0, 99998), EPERM);
  CHECK_ERROR (tcsetpgrp (0, -5), EINVAL);
  CHECK (tcgetpgrp (0) == getpgrp ());
  fflush (stdout);
  /* Not what CHECK prints of itself: that comes through the terminal, too, and later.  */
  CHECK (write (t, arg, strlen (arg)) == (ssize_t) strlen (arg));
  pause ();
  return 9;
}

static bool
until (const char *text)
{
  static char buf[4000];
  size_t n = 0;
  for (int i = 0; i < 100; i++)
    {
      struct timeval tv = { 0, 100000 };
      fd_set r;
      FD_ZERO (&r);
      FD_SET (m, &r);
      if (select (m + 1, &r, NULL, NULL, &tv) == 1)
	{
	  ssize_t k = read (m, buf + n, sizeof buf - 1 - n);
	  if (k <= 0)
	    return false;
	  n += k;
	  buf[n] = 0;
	  if (strstr (buf, text))
	    return true;
	}
    }
  printf ("[%s]\n", buf);
  return false;
}

int
main (void)
{
  int status;
  NEED (openpty (&m, &s, NULL, NULL, NULL) == 0);
  pid_t pid = child (inner, "first is ready\n");
  CHECK (until ("first is ready"));
  CHECK (write (m, "\003", 1) == 1);
  status = ended (pid);
  CHECK (WIFSIGNALED (status) && WTERMSIG (status) == SIGINT);
  pid = child (inner, "second is ready\n");
  CHECK (until ("second is ready"));
  close (s);
  close (m);
  status = ended (pid);
  CHECK (WIFSIGNALED (status) && WTERMSIG (status) == SIGHUP);
  return verdict ();
}
