/* SPDX-License-Identifier: GPL-3.0-or-later */
/* peer MIB PAGES: hold so much memory, all different; at each SIGUSR1 change so many
   pages of it, a page each as load.c does, and count that in the file `done'.  What
   CRIU is measured with.  */

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

int
main (int argc, char **argv)
{
  if (argc != 3)
    errx (2, "usage: peer MIB PAGES");
  size_t pages = strtoul (argv[1], NULL, 10) << 8, n = strtoul (argv[2], NULL, 10);
  char *memory = mmap (NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  sigset_t set;
  int sig;
  if (memory == MAP_FAILED)
    err (1, "mmap");
  for (size_t i = 0; i < pages; i++)
    *(size_t *) (memory + i * PAGE) = i + 1;
  sigemptyset (&set);
  sigaddset (&set, SIGUSR1);
  sigprocmask (SIG_BLOCK, &set, NULL);
  for (unsigned int round = 0;; round++)
    {
      FILE *f = fopen ("done", "w");
      if (f == NULL || fprintf (f, "%u\n", round) < 0 || fclose (f))
	err (1, "done");
      while (sigwait (&set, &sig))
	continue;
      for (size_t i = 0; i < n; i++)
	++*(size_t *) (memory + i * PAGE + 8);
    }
}
