/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fork from a thread gives a child with that thread alone; atfork handlers run.  */

#include "../test.h"
#include <pthread.h>

static int prepared, in_parent, in_child;
static void prepare (void) { prepared++; }
static void parent (void) { in_parent++; }
static void in_the_child (void) { in_child++; }

static void *
forker (void *arg)
{
  pid_t pid = fork ();
  if (pid == 0)
    _exit (in_child == 1 ? 4 : 5);
  return (void *) (long) WEXITSTATUS (ended (pid));
}

int
main (void)
{
  pthread_t t;
  void *r;
  CHECK (pthread_atfork (prepare, parent, in_the_child) == 0);
  NEED (pthread_create (&t, NULL, forker, NULL) == 0);
  CHECK (pthread_join (t, &r) == 0 && r == (void *) 4);
  CHECK (prepared == 1 && in_parent == 1 && in_child == 0);
  return verdict ();
}
