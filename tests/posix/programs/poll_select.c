/* SPDX-License-Identifier: GPL-3.0-or-later */
/* select with several descriptors, timeouts, pselect with a mask.  */

#include "../test.h"
#include <sys/select.h>

static volatile sig_atomic_t got;
static void note (int s) { got++; }

static int fd[2];

static int
helper (void *arg)
{
  nap (100);
  kill (getppid (), SIGUSR1);
  nap (100);
  return write (fd[1], "x", 1) != 1;
}

int
main (void)
{
  int two[2];
  fd_set r, w;
  struct timeval tv = { 0, 50000 };
  NEED (pipe (fd) == 0 && pipe (two) == 0);
  FD_ZERO (&r);
  FD_SET (fd[0], &r);
  FD_SET (two[0], &r);
  CHECK (select (two[0] + 1, &r, NULL, NULL, &tv) == 0 && !FD_ISSET (fd[0], &r));
  FD_SET (fd[0], &r);
  FD_SET (two[0], &r);
  FD_ZERO (&w);
  FD_SET (fd[1], &w);
  NEED (write (two[1], "x", 1) == 1);
  CHECK (select (two[1] + 1, &r, &w, NULL, NULL) == 2 && FD_ISSET (two[0], &r) && FD_ISSET (fd[1], &w) && !FD_ISSET (fd[0], &r));
  CHECK_ERROR (select (-1, NULL, NULL, NULL, NULL), EINVAL);
  sigset_t block, old;
  signal (SIGUSR1, note);
  sigemptyset (&block);
  sigaddset (&block, SIGUSR1);
  sigprocmask (SIG_BLOCK, &block, &old);
  pid_t pid = child (helper, NULL);
  struct timespec ts = { 5, 0 };
  FD_ZERO (&r);
  FD_SET (fd[0], &r);
  CHECK_ERROR (pselect (fd[0] + 1, &r, NULL, NULL, &ts, &old), EINTR);
  CHECK (got == 1);
  FD_ZERO (&r);
  FD_SET (fd[0], &r);
  CHECK (pselect (fd[0] + 1, &r, NULL, NULL, &ts, NULL) == 1);
  ended (pid);
  return verdict ();
}
