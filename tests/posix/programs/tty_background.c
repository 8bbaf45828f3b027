/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reading in the background stops with SIGTTIN; writing with TOSTOP by SIGTTOU.  */

#include "../test.h"
#include <pty.h>
#include <utmp.h>
#include <termios.h>

static int m, s;

static int
job (void *arg)
{
  char c;
  setpgid (0, 0);
  nap (100);
  if (arg)
    return write (0, "x", 1) == 1 ? 0 : 1;
  return read (0, &c, 1) < 0;
}

static int
shell (void *arg)
{
  struct termios t;
  int status;
  close (m);
  NEED (login_tty (s) == 0);
  pid_t pid = child (job, NULL);
  setpgid (pid, pid);
  if (waitpid (pid, &status, WUNTRACED) != pid || !WIFSTOPPED (status) || WSTOPSIG (status) != SIGTTIN)
    return 1;
  kill (pid, SIGKILL);
  ended (pid);
  tcgetattr (0, &t);
  t.c_lflag |= TOSTOP;
  tcsetattr (0, TCSANOW, &t);
  pid = child (job, "w");
  setpgid (pid, pid);
  if (waitpid (pid, &status, WUNTRACED) != pid || !WIFSTOPPED (status) || WSTOPSIG (status) != SIGTTOU)
    return 2;
  if (tcsetpgrp (0, pid))
    return 3;
  kill (-pid, SIGCONT);
  if (ended (pid))
    return 4;
  signal (SIGTTOU, SIG_IGN);
  return tcsetpgrp (0, getpgrp ()) ? 5 : 0;
}

int
main (void)
{
  NEED (openpty (&m, &s, NULL, NULL, NULL) == 0);
  int status = ended (child (shell, NULL));
  printf ("status %x\n", status);
  CHECK (status == 0);
  return verdict ();
}
