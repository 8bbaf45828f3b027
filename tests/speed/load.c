/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load FILE KIND COUNT [PAGES]: have much of something, and wait until FILE
   disappears.  FILE.ready appears when all is there.

   resident MIB		memory with something in each page, which nobody writes to
   dirty MIB PAGES	the same, and PAGES of it are written to five times a second
   runs MIB PAGES RUNS	the same; whenever FILE has another length, PAGES of it are
			filled with noise, in RUNS runs at other places each time
   spin MIB PAGES	the same, and never wait, but write now and then to one of
			PAGES; when the machine's time has gone back, as after a
			restore in a machine that was just started, read it all;
			FILE.back says at what nanoseconds of the machine the program
			went on and had read its memory, and how many pages were wrong
   shared MIB PAGES	the same as dirty in a file mapped shared, FILE.map
   tasks N		N more processes that wait
   threads N		N more threads that wait
   ports N		N more ports, with a send right to each
   work N PAGES EVERY [mixed]	compute, for N milliseconds or so if nothing disturbs,
			and fill PAGES pages with noise after each EVERY of them, in
			the order of their addresses or another one each time; print
			the milliseconds that it took
   time COMMAND…	run it; print the milliseconds that it took
   clock N		nothing: print the machine's nanoseconds since it was started
   idle N		for N milliseconds do what is to be done when there is nothing else to
			do, so that the machine's time does not depend on ours while a disk is
			waited for; when FILE has two numbers, which are such nanoseconds, print
			how many of those in between were so idle
   memcpy N		nothing: print the nanoseconds that a copy of a page takes, on
			the average of N, each of another page

   Time is that of the time stamp counter, which under QEMU's -icount counts
   nanoseconds; the kernel's clock has steps of 10 ms.  */

#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <mach.h>

#define PAGE 4096

static char *memory;
static size_t size;

static double
nanoseconds (void)
{
  return __builtin_ia32_rdtsc ();
}

/* Fill N pages from number FIRST on with what cannot be compressed.  */
static void
noise (unsigned long first, unsigned long n)
{
  static uint32_t x = 2463534242u;
  uint32_t *to = (uint32_t *) (memory + first * PAGE);
  for (size_t i = 0; i < n * PAGE / sizeof *to; i++)
    {
      x ^= x << 13;
      x ^= x >> 17;
      x ^= x << 5;
      to[i] = x;
    }
}

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
  fill (n * PAGE >> 20 ? n * PAGE >> 20 : 1, NULL);
  memset (to, 1, sizeof to);
  double start = nanoseconds ();
  for (unsigned long i = 0; i < n; i++)
    {
      memcpy (to, memory + i * PAGE % size, PAGE);
      __asm__ volatile ("" : : "r" (to) : "memory");
    }
  printf ("%.0f\n", (nanoseconds () - start) / n);
  return 0;
}

/* Compute for N milliseconds.  Six instructions each, of a nanosecond.  */
static uint32_t
compute (double n)
{
  static uint32_t x = 1;
  for (int i = n * 166667; i > 0; i--)
    __asm__ volatile ("imul $1664525, %0\n\tadd $1013904223, %0" : "+r" (x));
  return x;
}

static int
work (unsigned long n, unsigned long pages, unsigned long every, bool mixed)
{
  double start = nanoseconds ();
  fill (pages / 256 + 1, NULL);
  for (unsigned long unit = 1; unit <= n; unit++)
    {
      compute (1);
      if (every && unit % every == 0)
	for (unsigned long i = 0; i < pages; i++)
	  noise (mixed ? (i * 613 + unit) % pages : i, 1);
    }
  printf ("%.1f\n", (nanoseconds () - start) / 1e6);
  return 0;
}

static int
time_command (char **argv)
{
  double start = nanoseconds ();
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
  printf ("%.1f\n", (nanoseconds () - start) / 1e6);
  return 0;
}

/* Fill PAGES pages in so many RUNS, each in its own part of the memory.  */
static void
change (unsigned long pages, unsigned long runs)
{
  unsigned long part = size / PAGE / runs;
  for (unsigned long i = 0; i < runs; i++)
    {
      unsigned long n = pages * (i + 1) / runs - pages * i / runs;
      noise (i * part + rand () % (part - n + 1), n);
    }
}

static int
change_when_told (const char *file, unsigned long pages, unsigned long runs)
{
  struct stat st;
  off_t seen = 0;
  while (stat (file, &st) == 0)
    {
      if (st.st_size != seen)
	change (pages, runs);
      seen = st.st_size;
      usleep (200000);
    }
  return 0;
}

#define EVERY	100e3		/* Or so, a page is written to: ns.  */

static int
spin (const char *file, unsigned long pages)
{
  char back[256];
  double before, now = nanoseconds (), last = now;
  unsigned long page = 0;
  snprintf (back, sizeof back, "%s.back", file);
  do
    {
      /* To read the counter all the time would make the machine slow.  */
      compute (0.005);
      before = now;
      now = nanoseconds ();
      if (pages && now > last + EVERY)
	{
	  ((uint32_t *) (memory + page++ % pages * PAGE))[1]++;
	  last = now;
	}
    }
  while (now >= before);
  uint32_t sum = 0;
  for (size_t i = 0; i < size; i += PAGE)
    sum += *(uint32_t *) (memory + i) != i * 2654435761u + 1;
  double end = nanoseconds ();
  FILE *f = fopen (back, "w");
  if (f == NULL || fprintf (f, "%.0f %.0f %u\n", now, end, sum) < 0 || fclose (f))
    error (1, errno, "%s", back);
  while (access (file, F_OK) == 0)
    usleep (200000);
  return 0;
}

/* Write to PAGES pages again and again, as long as FILE is there, in another order each
   time: in that of the time before the kernel would look, at each write to a page that
   is to be copied, at all those written until then.  */
static int
touch (const char *file, unsigned long pages)
{
  for (uint32_t turn = 2; access (file, F_OK) == 0; turn++)
    {
      for (unsigned long i = 0; i < pages; i++)
	*(uint32_t *) (memory + (i * 613 + turn) % pages * PAGE) = turn * 2654435761u + i;
      usleep (200000);
    }
  return 0;
}

#define CHUNK	5e3		/* Nanoseconds between two looks at the counter.  */
#define MARKS	200000		/* So often others may have run.  */
#define LOWEST	63		/* Of the kernel's priorities.  */

/* In MARK are, after each time that others ran, the time and how long nobody had done so
   until then: how long until TIME?  */
static double
idle_until (double (*mark)[2], size_t n, double time)
{
  size_t i = 0;
  while (i < n && mark[i][0] <= time)
    i++;
  if (i == 0)
    return 0;
  double most = i < n ? mark[i][1] : mark[i - 1][1];
  double since = mark[i - 1][1] + time - mark[i - 1][0];
  return since < most ? since : most;
}

static int
idle (const char *file, unsigned long ms)
{
  static double mark[MARKS][2];
  double sum = 0, start, end, now = nanoseconds (), first = now, least = CHUNK * 10;
  size_t n = 0;
  FILE *f;

  thread_priority (mach_thread_self (), LOWEST, FALSE);
  while (now < first + ms * 1e6 && n < MARKS - 1)
    {
      double before = now;
      compute (CHUNK / 1e6);
      now = nanoseconds ();
      if (now - before < least)
	least = now - before;
      sum += least;
      if (now - before > least * 1.2)
	{
	  mark[n][0] = now;
	  mark[n++][1] = sum;
	}
    }
  mark[n][0] = now;
  mark[n++][1] = sum;
  while ((f = fopen (file, "r")) == NULL)
    usleep (200000);
  if (fscanf (f, "%lf %lf", &start, &end) != 2 || start < first || end > now)
    error (1, 0, "%s: not in the time from %.0f to %.0f", file, first, now);
  printf ("%.0f\n", idle_until (mark, n, end) - idle_until (mark, n, start));
  return 0;
}

/* The kinds that end by themselves and print a figure.  */
static int
measure (const char *kind, int argc, char **argv)
{
  unsigned long n = strtoul (argv[0], NULL, 10);
  if (strcmp (kind, "time") == 0)
    return time_command (argv);
  if (strcmp (kind, "memcpy") == 0)
    return time_copies (n);
  if (strcmp (kind, "clock") == 0)
    return printf ("%.0f\n", nanoseconds ()) < 0;
  if (strcmp (kind, "work") == 0 && argc >= 3)
    return work (n, strtoul (argv[1], NULL, 10), strtoul (argv[2], NULL, 10),
		 argc > 3);
  return -1;
}

/* Have N of what KIND says.  */
static void
make (const char *kind, unsigned long n, const char *file)
{
  char map[256];
  snprintf (map, sizeof map, "%s.map", file);
  if (strcmp (kind, "shared") == 0)
    fill (n, map);
  else if (strcmp (kind, "tasks") == 0)
    start_tasks (n);
  else if (strcmp (kind, "threads") == 0)
    start_threads (n);
  else if (strcmp (kind, "ports") == 0)
    make_ports (n);
  else if (strcmp (kind, "resident") == 0 || strcmp (kind, "dirty") == 0
	   || strcmp (kind, "runs") == 0 || strcmp (kind, "spin") == 0)
    fill (n, NULL);
  else
    error (2, 0, "%s: unknown", kind);
}

int
main (int argc, char **argv)
{
  char ready[256];
  if (argc < 4)
    error (2, 0, "load FILE KIND COUNT [PAGES]");
  const char *file = argv[1], *kind = argv[2];
  int result = measure (kind, argc - 3, argv + 3);
  if (result >= 0)
    return result;
  unsigned long n = strtoul (argv[3], NULL, 10);
  if (strcmp (kind, "idle") == 0)
    return idle (file, n);
  unsigned long pages = argc > 4 ? strtoul (argv[4], NULL, 10) : 0;
  unsigned long runs = argc > 5 ? strtoul (argv[5], NULL, 10) : 1;
  make (kind, n, file);
  if (pages > size / PAGE || runs == 0 || runs > pages + !pages)
    error (2, 0, "%lu pages in %lu runs: too many", pages, runs);

  snprintf (ready, sizeof ready, "%s.ready", file);
  close (open (ready, O_CREAT | O_WRONLY, 0644));
  if (strcmp (kind, "runs") == 0)
    result = change_when_told (file, pages, runs);
  else if (strcmp (kind, "spin") == 0)
    result = spin (file, pages);
  else
    result = touch (file, pages);
  unlink (ready);
  for (unsigned long i = 0; children && i < n; i++)
    kill (children[i], SIGKILL);
  while (children && wait (NULL) > 0)
    continue;
  return result;
}
