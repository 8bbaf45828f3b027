/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread-specific data with destructors, and __thread variables.  */

#include "../test.h"
#include <pthread.h>

static pthread_key_t key;
static int destroyed;
static __thread int own = 5;

static void
destroy (void *p)
{
  destroyed += *(int *) p;
  free (p);
}

static void *
run (void *arg)
{
  int *p = malloc (sizeof *p);
  *p = 3;
  own += (long) arg;
  pthread_setspecific (key, p);
  return (void *) (long) (own == 5 + (long) arg && pthread_getspecific (key) == p);
}

int
main (void)
{
  pthread_t t[3];
  void *r;
  CHECK (pthread_key_create (&key, destroy) == 0);
  for (long i = 0; i < 3; i++)
    NEED (pthread_create (&t[i], NULL, run, (void *) i) == 0);
  for (int i = 0; i < 3; i++)
    CHECK (pthread_join (t[i], &r) == 0 && r == (void *) 1);
  CHECK (destroyed == 9 && own == 5 && pthread_getspecific (key) == NULL);
  CHECK (pthread_key_delete (key) == 0);
  return verdict ();
}
