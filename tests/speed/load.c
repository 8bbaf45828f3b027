/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load FILE KIND COUNT [PAGES]: have much of something, and wait until FILE
   disappears.  FILE.ready appears when all is there.

   resident MIB		memory with something in each page, which nobody writes to
   dirty MIB PAGES	the same, and PAGES of it, one after the other, are written
			to five times a second
   shared MIB PAGES	the same in a file mapped shared, FILE.map
   tasks N		N more processes that wait
   threads N		N more threads that wait
   ports N		N more ports, with a send right to each
   work N PAGES EVERY	compute, for N milliseconds or so if nothing disturbs, and
			write to PAGES pages after each EVERY of them; print the
			milliseconds that it took
   time COMMAND…	run it; print the milliseconds that it took
   memcpy N		nothing: print the nanoseconds that a copy of a page takes, on
			the average of N, each of another page  */

#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <mach.h>

#define PAGE 4096

static char *memory;
static size_t size;

/* Have MIB mebibytes: of memory, or if NAME is not null, of that file.  */
static void
fill (size_t mib, const char *name)
{
  int fd = -1;
  size = mib << 20;
  if (name && ((fd = open (name, O_RDWR | O_CREAT, 0644)) < 0
	       || ftruncate (fd, size) < 0))
    error (1, errno, "%s", name);
  memory = mmap (NULL, size, PROT_READ | PROT_WRITE,
		 name ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS, fd, 0);
  if (memory == MAP_FAILED)
    error (1, errno, "%zu MiB", mib);
  for (size_t i = 0; i < size; i += PAGE)
    *(uint32_t *) (memory + i) = i * 2654435761u + 1;
}

static void *
wait_for_ever (void *arg)
{
  for (;;)
    pause ();
  return arg;
}

static void
start_threads (unsigned long n)
{
  pthread_attr_t attr;
  pthread_attr_init (&attr);
  pthread_attr_setstacksize (&attr, 64 << 10);
  while (n-- > 0)
    {
      pthread_t thread;
      int err = pthread_create (&thread, &attr, wait_for_ever, NULL);
      if (err)
	error (1, err, "thread");
    }
}

static pid_t *children;

static void
start_tasks (unsigned long n)
{
  children = calloc (n + 1, sizeof *children);
  for (unsigned long i = 0; children && i < n; i++)
    {
      children[i] = fork ();
      if (children[i] < 0)
	error (1, errno, "process %lu", i);
      if (children[i] == 0)
	wait_for_ever (NULL);
    }
}

static void
make_ports (unsigned long n)
{
  while (n-- > 0)
    {
      mach_port_t port;
      error_t err = mach_port_allocate (mach_task_self (),
					MACH_PORT_RIGHT_RECEIVE, &port);
      if (!err)
	err = mach_port_insert_right (mach_task_self (), port, port,
				      MACH_MSG_TYPE_MAKE_SEND);
      if (err)
	error (1, err, "port");
    }
}

static int
time_copies (unsigned long n)
{
  static char to[PAGE] __attribute__ ((aligned (PAGE)));
  struct timespec a, b;
  fill (n * PAGE >> 20 ? n * PAGE >> 20 : 1, NULL);
  memset (to, 1, sizeof to);
  clock_gettime (CLOCK_MONOTONIC, &a);
  for (unsigned long i = 0; i < n; i++)
    {
      memcpy (to, memory + i * PAGE % size, PAGE);
      __asm__ volatile ("" : : "r" (to) : "memory");
    }
  clock_gettime (CLOCK_MONOTONIC, &b);
  printf ("%.0f\n", ((b.tv_sec - a.tv_sec) * 1e9 + b.tv_nsec - a.tv_nsec) / n);
  return 0;
}

static double
milliseconds (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int
work (unsigned long n, unsigned long pages, unsigned long every)
{
  double start = milliseconds ();
  uint32_t x = 1;
  fill (pages / 256 + 1, NULL);
  for (unsigned long unit = 1; unit <= n; unit++)
    {
      /* Three instructions each, of a nanosecond.  */
      for (int i = 0; i < 333333; i++)
	__asm__ volatile ("imul $1664525, %0\n\tadd $1013904223, %0" : "+r" (x));
      if (every && unit % every == 0)
	for (unsigned long i = 0; i < pages; i++)
	  *(uint32_t *) (memory + i * PAGE) = x + i;
    }
  printf ("%.0f\n", milliseconds () - start);
  return 0;
}

static int
time_command (char **argv)
{
  double start = milliseconds ();
  int status;
  pid_t pid = fork ();
  if (pid < 0)
    error (1, errno, "fork");
  if (pid == 0)
    {
      execvp (argv[0], argv);
      error (126, errno, "%s", argv[0]);
    }
  if (waitpid (pid, &status, 0) != pid || status)
    error (1, 0, "%s: status %#x", argv[0], status);
  printf ("%.0f\n", milliseconds () - start);
  return 0;
}

int
main (int argc, char **argv)
{
  char ready[256], map[256];
  if (argc < 4)
    error (2, 0, "load FILE KIND COUNT [PAGES]");
  const char *kind = argv[2];
  if (strcmp (kind, "time") == 0)
    return time_command (argv + 3);
  unsigned long n = strtoul (argv[3], NULL, 10);
  unsigned long pages = argc > 4 ? strtoul (argv[4], NULL, 10) : 0;
  if (strcmp (kind, "memcpy") == 0)
    return time_copies (n);
  if (strcmp (kind, "work") == 0 && argc == 6)
    return work (n, pages, strtoul (argv[5], NULL, 10));
  if (strcmp (kind, "resident") == 0 || strcmp (kind, "dirty") == 0)
    fill (n, NULL);
  else if (strcmp (kind, "shared") == 0)
    {
      snprintf (map, sizeof map, "%s.map", argv[1]);
      fill (n, map);
    }
  else if (strcmp (kind, "tasks") == 0)
    start_tasks (n);
  else if (strcmp (kind, "threads") == 0)
    start_threads (n);
  else if (strcmp (kind, "ports") == 0)
    make_ports (n);
  else
    error (2, 0, "%s: unknown", kind);
  if (pages > size / PAGE)
    error (2, 0, "%lu pages: too many", pages);

  snprintf (ready, sizeof ready, "%s.ready", argv[1]);
  close (open (ready, O_CREAT | O_WRONLY, 0644));
  for (uint32_t turn = 2; access (argv[1], F_OK) == 0; turn++)
    {
      for (unsigned long i = 0; i < pages; i++)
	*(uint32_t *) (memory + i * PAGE) = turn * 2654435761u + i;
      usleep (200000);
    }
  unlink (ready);
  for (unsigned long i = 0; children && i < n; i++)
    kill (children[i], SIGKILL);
  while (children && wait (NULL) > 0)
    continue;
  return 0;
}
