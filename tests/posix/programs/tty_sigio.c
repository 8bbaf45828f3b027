/* SPDX-License-Identifier: GPL-3.0-or-later */
/* F_SETOWN and O_ASYNC on a terminal send SIGIO when there is input.  */

#include "../test.h"
#include <pty.h>
#include <sys/ioctl.h>

static volatile sig_atomic_t got;
static void note (int s) { got++; }

/* Type a line into MASTER; how many signals came of it.  */
static int
type (int master)
{
  got = 0;
  NEED (write (master, "line\n", 5) == 5);
  for (int i = 0; i < 50 && !got; i++)
    nap (20);
  return got;
}

static int
one_of_group (void *arg)
{
  int *ends = arg;

  NEED (setpgid (0, 0) == 0);
  CHECK (fcntl (ends[1], F_SETOWN, -getpgrp ()) == 0);
  CHECK (type (ends[0]) > 0);
  return verdict ();
}

int
main (void)
{
  struct sigaction a = { .sa_handler = note, .sa_flags = SA_RESTART };
  int ends[2], off = 0;
  char line[40];

  NEED (sigaction (SIGIO, &a, NULL) == 0);
  NEED (openpty (&ends[0], &ends[1], NULL, NULL, NULL) == 0);
  CHECK (fcntl (ends[1], F_SETOWN, getpid ()) == 0);
  CHECK (fcntl (ends[1], F_GETOWN) == getpid ());
  CHECK (type (ends[0]) == 0);
  CHECK (fcntl (ends[1], F_SETFL, O_ASYNC) == 0);
  CHECK (fcntl (ends[1], F_GETFL) & O_ASYNC);
  CHECK (type (ends[0]) > 0);
  CHECK (ended (child (one_of_group, ends)) == 0);
  /* Another open of it asks for nothing.  */
  int other = open (ttyname (ends[1]), O_RDWR | O_NOCTTY);
  CHECK (other >= 0 && !(fcntl (other, F_GETFL) & O_ASYNC));
  CHECK (fcntl (ends[1], F_SETOWN, getpid ()) == 0 && type (ends[0]) > 0);
  CHECK (ioctl (ends[1], FIOASYNC, &off) == 0);
  CHECK (type (ends[0]) == 0);
  for (int i = 0; i < 5; i++)
    CHECK (read (ends[1], line, sizeof line) == 5);
  return verdict ();
}
