/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lazy MIB ROUNDS SEED [FILE]: memory that outlives kills, looked at as a program looks at its
   own: here and there.  Each page of MIB says which it is and how often it was written
   to, which a table elsewhere knows.  A round reads some pages and writes some, and now and
   then a child looks, parts of the memory are protected, or pages are touched that never
   were.  Each 20 rounds a line `mark' is printed, at the end `good' and how many pages.  With
   FILE it goes on until that has been there for MORE rounds, and prints no marks, as it may
   end before a round that it came to before it was killed.  */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096
#define SPARSE	(96UL << 20)
#define MORE	200

static uint32_t *memory, *written;
static char *sparse;
static size_t pages;
static uint32_t state;

static uint32_t
next (void)
{
  state = state * 1664525 + 1013904223;
  return state >> 8;
}

static uint32_t *
page (size_t i)
{
  return memory + i * (PAGE / sizeof *memory);
}

static void
put (size_t i)
{
  uint32_t *p = page (i);
  written[i]++;
  for (size_t j = 0; j < PAGE / sizeof *p; j += 64)
    p[j] = i * 2654435761u + written[i] + j;
}

static void
look (size_t i, const char *who)
{
  uint32_t *p = page (i);
  for (size_t j = 0; j < PAGE / sizeof *p; j += 64)
    if (p[j] != i * 2654435761u + written[i] + j)
      {
	printf ("bad: page %zu of %s, word %zu: %#x, written %u times\n", i, who,
		j, p[j], written[i]);
	exit (1);
      }
}

static void
fork_one (void)
{
  pid_t pid = fork ();
  int status;
  if (pid == 0)
    {
      for (int i = 0; i < 50; i++)
	{
	  size_t n = next () % pages;
	  look (n, "a child");
	  put (n);
	  look (n, "a child");
	}
      usleep (300000);
      for (int i = 0; i < 50; i++)
	look (next () % pages, "a child");
      fflush (stdout);
      _exit (0);
    }
  if (pid < 0 || waitpid (pid, &status, 0) != pid || status)
    {
      printf ("bad: a child ended with %#x\n", status);
      exit (1);
    }
}

static void
round_of (unsigned int n)
{
  for (int i = 0; i < 100; i++)
    look (next () % pages, "ours");
  for (int i = 0; i < 20; i++)
    put (next () % pages);
  if (n % 10 == 3)
    fork_one ();
  if (n % 10 == 6)
    {
      size_t i = next () % (pages - 8);
      mprotect (page (i), 4 * PAGE, PROT_READ);
      look (i, "what is protected");
      mprotect (page (i), 4 * PAGE, PROT_READ | PROT_WRITE);
    }
  char *c = sparse + next () % (SPARSE / PAGE) * PAGE;
  if (*c != 0 && *c != 1)
    {
      printf ("bad: %d where nothing was but 1\n", *c);
      exit (1);
    }
  *c = next () % 2;
  usleep (20000);
}

int
main (int argc, char **argv)
{
  if (argc != 4 && argc != 5)
    return 2;
  int last = atoi (argv[2]);
  const char *file = argv[4];
  pages = (size_t) atoi (argv[1]) << 8;
  state = atoi (argv[3]);
  memory = mmap (NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		 MAP_ANON | MAP_PRIVATE, -1, 0);
  sparse = mmap (NULL, SPARSE, PROT_READ | PROT_WRITE,
		 MAP_ANON | MAP_PRIVATE, -1, 0);
  written = calloc (pages, sizeof *written);
  if (memory == MAP_FAILED || sparse == MAP_FAILED || written == NULL)
    return 3;
  setvbuf (stdout, NULL, _IOLBF, 0);
  for (size_t i = 0; i < pages; i++)
    put (i);
  for (int i = 1; i <= last || file; i++)
    {
      round_of (i);
      if (i % 20 == 0 && argc == 4)
	printf ("mark %d\n", i);
      if (i % 20 == 0 && file && access (file, F_OK) == 0)
	{
	  file = NULL;
	  if (last < i + MORE)
	    last = i + MORE;
	}
    }
  for (size_t i = 0; i < pages; i++)
    look (i, "ours, at the end");
  printf ("good: %zu pages\n", pages);
  return 0;
}
