/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that knows what happens to it.  `api outside' checks that outside
   nothing does.  */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <ckpt.h>

static volatile int before, after, last;

static void
prepare (void *arg)
{
  (*(volatile int *) arg)++;
}

static void
restored (void *arg)
{
  (*(volatile int *) arg)++;
  last = ckpt_restored_count ();
}

int
main (int argc, char **argv)
{
  unsigned int n = 0, m = 0;
  int err = ckpt_barrier ();

  err = err ? err : ckpt_before_checkpoint (prepare, (void *) &before);
  err = err ? err : ckpt_after_restore (restored, (void *) &after);
  if (argc > 1)
    {
      err = err ? err : ckpt_save ("nothing", &n);
      printf ("outside: inside %d restored %u error %d number %u\n",
	      ckpt_inside (), ckpt_restored_count (), err, n);
      return 0;
    }
  sleep (1);
  err = err ? err : ckpt_save ("one", &n);
  err = err ? err : ckpt_save (NULL, &m);
  printf ("inside %d error %s, later %d, prepared %s\n", ckpt_inside (),
	  err ? strerror (err) : "none", m > n, before >= 2 ? "yes" : "no");
  printf ("mark 1\n");
  fflush (stdout);
  for (int i = 0; i < 600 && after == 0; i++)
    usleep (100000);
  int prepared = before;
  err = ckpt_barrier ();
  printf ("restored %u, told %d times of %d, barrier %s, prepared again %s\n",
	  ckpt_restored_count (), after, last, err ? strerror (err) : "ok",
	  before > prepared ? "yes" : "no");
  return 0;
}
