/* SPDX-License-Identifier: GPL-3.0-or-later */
/* barriers let go when all have come, one of them serially.  */

#include "../test.h"
#include <pthread.h>

static pthread_barrier_t barrier;
static int serial, before[3];

static void *
run (void *arg)
{
  for (int i = 0; i < 3; i++)
    {
      __sync_fetch_and_add (&before[i], 1);
      if (pthread_barrier_wait (&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
	__sync_fetch_and_add (&serial, 1);
      if (before[i] != 4)
	return (void *) 1;
    }
  return NULL;
}

int
main (void)
{
  pthread_t t[4];
  void *r;
  CHECK (pthread_barrier_init (&barrier, NULL, 0) == EINVAL);
  CHECK (pthread_barrier_init (&barrier, NULL, 4) == 0);
  for (int i = 0; i < 4; i++)
    NEED (pthread_create (&t[i], NULL, run, NULL) == 0);
  for (int i = 0; i < 4; i++)
    CHECK (pthread_join (t[i], &r) == 0 && r == NULL);
  CHECK (serial == 3 && pthread_barrier_destroy (&barrier) == 0);
  return verdict ();
}
