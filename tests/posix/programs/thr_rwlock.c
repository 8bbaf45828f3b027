/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read-write locks: many readers or one writer.  */

#include "../test.h"
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static long value, wrong;

static void *
writer (void *arg)
{
  for (int i = 0; i < 2000; i++)
    {
      pthread_rwlock_wrlock (&lock);
      value++;
      value++;
      pthread_rwlock_unlock (&lock);
    }
  return NULL;
}

static void *
reader (void *arg)
{
  for (int i = 0; i < 2000; i++)
    {
      pthread_rwlock_rdlock (&lock);
      if (value & 1)
	wrong++;
      pthread_rwlock_unlock (&lock);
    }
  return NULL;
}

int
main (void)
{
  pthread_t t[4];
  for (int i = 0; i < 4; i++)
    NEED (pthread_create (&t[i], NULL, i & 1 ? writer : reader, NULL) == 0);
  for (int i = 0; i < 4; i++)
    pthread_join (t[i], NULL);
  CHECK (value == 8000 && wrong == 0);
  CHECK (pthread_rwlock_rdlock (&lock) == 0 && pthread_rwlock_tryrdlock (&lock) == 0 && pthread_rwlock_trywrlock (&lock) == EBUSY);
  CHECK (pthread_rwlock_unlock (&lock) == 0 && pthread_rwlock_unlock (&lock) == 0);
  CHECK (pthread_rwlock_wrlock (&lock) == 0 && pthread_rwlock_tryrdlock (&lock) == EBUSY);
  return verdict ();
}
