/* SPDX-License-Identifier: GPL-3.0-or-later */
/* held STREAM MIB SECONDS: one thread changes MIB all the time, in no order, so that a checkpoint
   takes long to write; another writes a line to STREAM every 20 ms and at the end says
   how long that took at most, in milliseconds.  */

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static uint32_t *memory;
static size_t pages;

static void *
change (void *arg)
{
  uint32_t n = 0;
  for (;;)
    {
      for (size_t i = 0; i < pages; i++)
	{
	  n = n * 1664525 + 1013904223;
	  memory[(n >> 8) % pages * 1024 + (n >> 4) % 1024] = n;
	}
      usleep (10000);
    }
  return arg;
}

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int
main (int argc, char **argv)
{
  pthread_t thread;
  double most = 0, begun = now ();
  int fd = argc == 4 ? open (argv[1], O_WRONLY) : -1;
  if (fd < 0)
    return 2;
  pages = (size_t) atoi (argv[2]) << 8;
  memory = mmap (NULL, pages * 4096, PROT_READ | PROT_WRITE,
		 MAP_ANON | MAP_PRIVATE, -1, 0);
  if (memory == MAP_FAILED || pthread_create (&thread, NULL, change, NULL))
    return 3;
  while (now () < begun + atoi (argv[3]) * 1e3)
    {
      double t = now ();
      if (write (fd, "line\n", 5) != 5)
	return 4;
      t = now () - t;
      if (t > most)
	most = t;
      usleep (20000);
    }
  printf ("longest %.0f\n", most);
  return 0;
}
