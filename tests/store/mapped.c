/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mapped FILE [SECONDS [FROM]]: read it, from byte FROM on, and map whatever is not empty: the same bytes either way.
   Prints how many pages of it there are.  A mapping must outlive the descriptor, and
   nothing can be written through one.  Keep one for so long at the end.  What does
   not read must be a SIGBUS when it is mapped: then the exit status is 3.  */

#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096
#define CHUNK (256 * PAGE)

static const char *name;
static char data[CHUNK];
static char *last;		/* A mapping that stays.  */

/* Map N bytes at AT of FD, compare with DATA; how many pages are not empty.  */
static long
compare (int fd, off_t at, size_t n)
{
  static const char zero[PAGE];
  long used = 0;
  for (size_t i = 0; i < n; i += PAGE)
    used += memcmp (data + i, zero, n - i < PAGE ? n - i : PAGE) != 0;
  if (!used)
    return 0;
  char *map = mmap (NULL, n, PROT_READ, MAP_SHARED, fd, at);
  if (map == MAP_FAILED)
    error (1, errno, "mmap");
  if (memcmp (map, data, n) != 0)
    error (1, 0, "what is mapped at %lld differs", (long long) at);
  for (size_t i = n; i % PAGE; i++)
    if (map[i])
      error (1, 0, "something is behind the end");
  if (last)
    munmap (last, PAGE);
  last = map;
  return used;
}

static sigjmp_buf out;

static void
on_bus (int sig)
{
  siglongjmp (out, sig);
}

/* N bytes at AT do not read.  */
static void __attribute__ ((noreturn))
damaged (int fd, off_t at, size_t n)
{
  volatile size_t good = 0;
  volatile char *map = mmap (NULL, n, PROT_READ, MAP_SHARED, fd, at);
  if (map == MAP_FAILED)
    error (1, errno, "mmap");
  signal (SIGBUS, on_bus);
  if (sigsetjmp (out, 1) == 0)
    {
      for (size_t i = 0; i < n; i += PAGE, good++)
	(void) map[i];
      error (1, 0, "what does not read can be mapped");
    }
  printf ("damaged: an error to read, SIGBUS mapped, after %zu good pages\n",
	  good);
  exit (3);
}

int
main (int argc, char **argv)
{
  struct stat st;
  long used = 0;
  if (argc < 2 || argc > 4)
    error (2, 0, "one file, please");
  name = argv[1];
  int fd = open (name, O_RDONLY);
  if (fd < 0 || fstat (fd, &st) < 0)
    error (1, errno, "%s", name);
  if (mmap (NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
      != MAP_FAILED)
    error (1, 0, "mapped for writing");
  if (open (name, O_RDWR) >= 0 || errno != EROFS)
    error (1, errno, "opened for writing");

  off_t from = argc == 4 ? strtoll (argv[3], NULL, 0) : 0;
  if (from >= st.st_size)
    from = 0;
  for (off_t at = from; at < st.st_size; at += CHUNK)
    {
      ssize_t n = pread (fd, data, sizeof data, at);
      if (n < 0 && errno == EIO)
	damaged (fd, at, st.st_size - at < CHUNK ? st.st_size - at : CHUNK);
      if (n != (st.st_size - at < CHUNK ? st.st_size - at : CHUNK))
	error (1, n < 0 ? errno : 0, "%s: read %zd bytes at %lld", name, n,
	       (long long) at);
      used += compare (fd, at, n);
    }
  close (fd);
  if (!last)
    {
      /* All of it is zeros: a list with nothing in it, for one.  */
      printf ("empty\n");
      return 0;
    }
  printf ("mapped: %ld pages that are not empty\n", used);
  fflush (stdout);
  if (argc >= 3)
    sleep (atoi (argv[2]));
  volatile char first = *last;
  (void) first;
  return 0;
}
