/* SPDX-License-Identifier: GPL-3.0-or-later */
/* process-shared mutexes and condition variables.  */

#include "../test.h"
#include <pthread.h>
#include <sys/mman.h>

struct shared { pthread_mutex_t m; pthread_cond_t c; int n; };
static struct shared *s;

static int
other (void *arg)
{
  for (int i = 0; i < 1000; i++)
    {
      pthread_mutex_lock (&s->m);
      s->n++;
      pthread_mutex_unlock (&s->m);
    }
  return 0;
}

int
main (void)
{
  pthread_mutexattr_t a;
  s = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_init (&a);
  int e = pthread_mutexattr_setpshared (&a, PTHREAD_PROCESS_SHARED);
  if (e)
    unsupported ("libc's pthread_mutexattr_setpshared has no process-shared mutexes");
  CHECK (pthread_mutex_init (&s->m, &a) == 0);
  pid_t p = child (other, NULL), q = child (other, NULL);
  CHECK (ended (p) == 0 && ended (q) == 0 && s->n == 2000);
  return verdict ();
}
