/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a thread waits for a child while another forks; kill of a waiting process.  */

#include "../test.h"
#include <pthread.h>

static int
leave (void *arg)
{
  nap (50);
  return 4;
}

static void *
waiter (void *arg)
{
  int s = 0;
  pid_t p = waitpid (*(pid_t *) arg, &s, 0);
  return (void *) (long) (p > 0 && WEXITSTATUS (s) == 4);
}

static int
waits (void *arg)
{
  child (leave, NULL);
  pid_t p = fork ();
  if (p == 0)
    {
      nap (3000);
      _exit (0);
    }
  wait (NULL);
  wait (NULL);
  return 0;
}

int
main (void)
{
  pthread_t t[3];
  pid_t p[3];
  void *r;
  for (int i = 0; i < 3; i++)
    {
      p[i] = child (leave, NULL);
      NEED (pthread_create (&t[i], NULL, waiter, &p[i]) == 0);
    }
  for (int i = 0; i < 3; i++)
    CHECK (pthread_join (t[i], &r) == 0 && r == (void *) 1);
  pid_t w = child (waits, NULL);
  nap (200);
  CHECK (kill (w, SIGTERM) == 0);
  int s = ended (w);
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGTERM);
  return verdict ();
}
