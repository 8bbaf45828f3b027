/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pthread_once runs its function once.  */

#include "../test.h"
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int ran;

static void init (void) { nap (20); ran++; }

static void *
run (void *arg)
{
  pthread_once (&once, init);
  return (void *) (long) ran;
}

int
main (void)
{
  pthread_t t[4];
  void *r;
  for (int i = 0; i < 4; i++)
    NEED (pthread_create (&t[i], NULL, run, NULL) == 0);
  for (int i = 0; i < 4; i++)
    CHECK (pthread_join (t[i], &r) == 0 && r == (void *) 1);
  return verdict ();
}
