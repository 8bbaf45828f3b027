/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dynamic program with threads, malloc, printf and signals.  Four threads
   compute floating-point series in memory that they allocate anew at each
   step and pass on through a condition variable; the main thread prints what
   they found, step by step, and raises signals at itself, whose handler
   counts.

   usage: threads STEPS WORK  */

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 4

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int step, steps, work, ready;
static double *results[THREADS];
static volatile sig_atomic_t signals;

static void
handler (int signo)
{
  (void) signo;
  signals++;
}

static void *
compute (void *arg)
{
  int me = (int) (long) arg;
  long double sum = me;

  for (int mine = 0; mine < steps; mine++)
    {
      double *block = malloc ((mine % 50 + 1) * 4096);
      for (int i = 0; i < work; i++)
	{
	  sum += sinl (sum * i) / (me + 1);
	  block[i % 512] = (double) sum;
	}
      pthread_mutex_lock (&lock);
      while (step != mine)
	pthread_cond_wait (&changed, &lock);
      results[me] = block;
      ready++;
      pthread_cond_broadcast (&changed);
      while (step == mine)
	pthread_cond_wait (&changed, &lock);
      pthread_mutex_unlock (&lock);
    }
  return NULL;
}

int
main (int argc, char **argv)
{
  pthread_t threads[THREADS];
  unsigned long long digest = 0;

  steps = argc > 1 ? atoi (argv[1]) : 20;
  work = argc > 2 ? atoi (argv[2]) : 20000;
  signal (SIGUSR1, handler);
  for (long i = 0; i < THREADS; i++)
    if (pthread_create (&threads[i], NULL, compute, (void *) i) != 0)
      {
	perror ("pthread_create");
	return 1;
      }
  for (int mine = 0; mine < steps; mine++)
    {
      pthread_mutex_lock (&lock);
      while (ready != THREADS)
	pthread_cond_wait (&changed, &lock);
      for (int i = 0; i < THREADS; i++)
	{
	  unsigned long long bits;
	  memcpy (&bits, &results[i][(work - 1) % 512], sizeof bits);
	  digest = digest * 31 + bits;
	  free (results[i]);
	}
      ready = 0;
      step++;
      pthread_cond_broadcast (&changed);
      pthread_mutex_unlock (&lock);
      raise (SIGUSR1);
      printf ("step %d of pid %d: %016llx\n", mine, (int) getpid (), digest);
      fflush (stdout);
    }
  for (int i = 0; i < THREADS; i++)
    pthread_join (threads[i], NULL);
  printf ("signals %d digest %016llx\n", (int) signals, digest);
  return 0;
}
