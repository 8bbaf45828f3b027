/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cancellation: at cancellation points, asynchronous, disabled, cleanup handlers.  */

#include "../test.h"
#include <pthread.h>

static int cleaned;
static volatile int disabled_done;

static void clean (void *arg) { cleaned++; }

static void *
sleeper (void *arg)
{
  pthread_cleanup_push (clean, NULL);
  for (;;)
    {
      pthread_testcancel ();
      nap (10);
    }
  pthread_cleanup_pop (0);
  return NULL;
}

static void *
spinner (void *arg)
{
  int old;
  pthread_setcanceltype (PTHREAD_CANCEL_ASYNCHRONOUS, &old);
  for (;;)
    ;
  return NULL;
}

static void *
disabled (void *arg)
{
  int old;
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &old);
  nap (150);
  pthread_testcancel ();
  disabled_done = 1;
  pthread_setcancelstate (PTHREAD_CANCEL_ENABLE, &old);
  pthread_testcancel ();
  disabled_done = 2;
  return NULL;
}

int
main (void)
{
  void *(*const kind[]) (void *) = { sleeper, spinner, disabled };
  for (int i = 0; i < 3; i++)
    {
      pthread_t t;
      void *r;
      NEED (pthread_create (&t, NULL, kind[i], NULL) == 0);
      nap (50);
      CHECK (pthread_cancel (t) == 0);
      CHECK (pthread_join (t, &r) == 0 && r == PTHREAD_CANCELED);
    }
  CHECK (cleaned == 1 && disabled_done == 1);
  return verdict ();
}
