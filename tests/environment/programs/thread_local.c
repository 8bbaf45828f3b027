/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thread-local variables and thread-specific data.  */

#include <pthread.h>
#include "../env.h"

static __thread int mine = -1;
static __thread char *text;
static pthread_key_t key;
static int destroyed;

static void
destroy (void *p)
{
  __atomic_add_fetch (&destroyed, (int) (intptr_t) p, __ATOMIC_SEQ_CST);
}

static void *
thread (void *arg)
{
  mine = (int) (intptr_t) arg;
  text = strdup ("text");
  pthread_setspecific (key, arg);
  env_await_end ();
  CHECK (mine == (int) (intptr_t) arg, "%d", mine);
  CHECK (strcmp (text, "text") == 0, "%s", text);
  CHECK (pthread_getspecific (key) == arg, "specific");
  errno = ENOSPC;
  free (text);
  return arg;
}

PROGRAM (thread_local)
{
  pthread_t threads[5];
  pthread_key_create (&key, destroy);
  mine = 0;
  for (intptr_t i = 0; i < 5; i++)
    MUST (pthread_create (&threads[i], NULL, thread, (void *) (i + 1)));
  env_wait ();
  for (intptr_t i = 0; i < 5; i++)
    {
      void *value;
      pthread_join (threads[i], &value);
      CHECK (value == (void *) (i + 1), "%p", value);
    }
  CHECK (mine == 0 && destroyed == 15, "%d %d", mine, destroyed);
}
