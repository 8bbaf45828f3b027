/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the process ends with the last thread, and exit ends all threads.  */

#include "../test.h"
#include <pthread.h>

static void *
last (void *arg)
{
  nap (100);
  exit (6);
}

static void *
forever (void *arg)
{
  for (;;)
    nap (1000);
  return arg;
}

static int
leaves (void *arg)
{
  pthread_t t;
  if (pthread_create (&t, NULL, last, NULL))
    return 1;
  pthread_exit (NULL);
}

static int
ends (void *arg)
{
  pthread_t t;
  pthread_create (&t, NULL, forever, NULL);
  nap (20);
  exit (8);
}

int
main (void)
{
  CHECK (WEXITSTATUS (ended (child (leaves, NULL))) == 6);
  CHECK (WEXITSTATUS (ended (child (ends, NULL))) == 8);
  return verdict ();
}
