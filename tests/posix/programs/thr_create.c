/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threads: create, join, detach, return values, equality.  */

#include "../test.h"
#include <pthread.h>

static void *
twice (void *arg)
{
  return (char *) arg + (long) arg;
}

static void *
quit (void *arg)
{
  pthread_exit ((void *) 7);
}

int
main (void)
{
  pthread_t t[20];
  void *r;
  int right = 0;
  for (long i = 0; i < 20; i++)
    NEED (pthread_create (&t[i], NULL, twice, (void *) i) == 0);
  for (long i = 0; i < 20; i++)
    right += pthread_join (t[i], &r) == 0 && r == (void *) (2 * i);
  CHECK (right == 20);
  CHECK (pthread_create (&t[0], NULL, quit, NULL) == 0 && pthread_join (t[0], &r) == 0 && r == (void *) 7);
  CHECK (pthread_create (&t[0], NULL, twice, NULL) == 0 && pthread_detach (t[0]) == 0);
  CHECK (pthread_equal (pthread_self (), pthread_self ()));
  CHECK (pthread_join (pthread_self (), NULL) == EDEADLK);
  pthread_attr_t a;
  size_t size;
  CHECK (pthread_attr_init (&a) == 0 && pthread_attr_setstacksize (&a, 262144) == 0);
  CHECK (pthread_attr_getstacksize (&a, &size) == 0 && size == 262144);
  CHECK (pthread_create (&t[0], &a, quit, NULL) == 0 && pthread_join (t[0], NULL) == 0);
  return verdict ();
}
