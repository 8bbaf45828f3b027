/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load PROCESSES EXECS PIPE-MIB FILE-MIB FILE: PROCESSES children alive at once,
   EXECS times fork, exec and wait in a row, PIPE-MIB through a pipe from a
   child, FILE-MIB written to FILE and read back.  All data is checked.  Prints
   a line for each; fails at the first thing that is wrong.  */

#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 65536 };

static double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static pid_t
fork_or_die (void)
{
  pid_t pid = fork ();

  if (pid < 0)
    error (1, errno, "fork");
  return pid;
}

/* The child must have exited with STATUS.  */
static void
wait_for (pid_t pid, int status)
{
  int s;

  while (waitpid (pid, &s, 0) < 0)
    if (errno != EINTR)
      error (1, errno, "waitpid %d", (int) pid);
  if (!WIFEXITED (s) || WEXITSTATUS (s) != status)
    error (1, 0, "process %d: status %x instead of exit %d", (int) pid, s,
	   status);
}

static void
many_at_once (int n)
{
  pid_t *pids = calloc (n + 1, sizeof *pids);
  int go[2], here[2];
  char c;

  if (pids == NULL || pipe (go) < 0 || pipe (here) < 0)
    error (1, errno, "pipe");
  for (int i = 0; i < n; i++)
    if ((pids[i] = fork_or_die ()) == 0)
      {
	close (go[1]);
	if (write (here[1], "x", 1) != 1 || read (go[0], &c, 1) != 0)
	  _exit (255);
	_exit (i % 100);
      }
  for (int i = 0; i < n; i++)
    if (read (here[0], &c, 1) != 1)
      error (1, errno, "a child does not answer");
  close (go[1]);
  for (int i = 0; i < n; i++)
    wait_for (pids[i], i % 100);
  close (go[0]);
  close (here[0]);
  close (here[1]);
  free (pids);
}

static void
many_in_a_row (int n)
{
  for (int i = 0; i < n; i++)
    {
      pid_t pid = fork_or_die ();

      if (pid == 0)
	{
	  execl ("/bin/true", "true", NULL);
	  _exit (127);
	}
      wait_for (pid, 0);
    }
}

/* Numbers that depend on their place and on SEED.  */
static void
fill (uint32_t *block, uint64_t place, uint32_t seed)
{
  uint32_t x = (uint32_t) place * 2654435761u + seed;

  for (size_t i = 0; i < BLOCK / sizeof *block; i++)
    block[i] = x = x * 1664525u + 1013904223u;
}

static void
transfer (int fd, bool writing, int mib, uint32_t seed, const char *name)
{
  static uint32_t want[BLOCK / 4], got[BLOCK / 4];
  ssize_t n;

  for (uint64_t place = 0; place < (uint64_t) mib << 20; place += BLOCK)
    {
      fill (want, place, seed);
      for (size_t done = 0; done < BLOCK; done += n)
	{
	  n = (writing
	       ? write (fd, (char *) want + done, BLOCK - done)
	       : read (fd, (char *) got + done, BLOCK - done));
	  if (n <= 0)
	    error (1, errno, "%s at %llu", name, (unsigned long long) place);
	}
      if (!writing && memcmp (want, got, BLOCK) != 0)
	error (1, 0, "%s: other data at %llu", name, (unsigned long long) place);
    }
}

static void
through_pipe (int mib)
{
  int ends[2];
  char c;
  pid_t pid;

  if (pipe (ends) < 0)
    error (1, errno, "pipe");
  if ((pid = fork_or_die ()) == 0)
    {
      close (ends[0]);
      transfer (ends[1], true, mib, 1, "the pipe");
      _exit (7);
    }
  close (ends[1]);
  transfer (ends[0], false, mib, 1, "the pipe");
  if (read (ends[0], &c, 1) != 0)
    error (1, 0, "the pipe does not end");
  wait_for (pid, 7);
  close (ends[0]);
}

static void
file_and_back (int mib, const char *name)
{
  int fd = open (name, O_RDWR | O_CREAT | O_TRUNC, 0600);

  if (fd < 0)
    error (1, errno, "%s", name);
  transfer (fd, true, mib, 2, name);
  if (fsync (fd) < 0 || lseek (fd, 0, SEEK_SET) != 0)
    error (1, errno, "%s", name);
  transfer (fd, false, mib, 2, name);
  if (close (fd) < 0 || unlink (name) < 0)
    error (1, errno, "%s", name);
}

int
main (int argc, char **argv)
{
  double t = now ();

  if (argc != 6)
    error (2, 0, "usage: load PROCESSES EXECS PIPE-MIB FILE-MIB FILE");
  many_at_once (atoi (argv[1]));
  printf ("%s processes at once: %.1f s\n", argv[1], now () - t);
  t = now ();
  many_in_a_row (atoi (argv[2]));
  printf ("%s times fork, exec, wait: %.1f s\n", argv[2], now () - t);
  t = now ();
  through_pipe (atoi (argv[3]));
  printf ("%s MiB through a pipe: %.1f s\n", argv[3], now () - t);
  t = now ();
  file_and_back (atoi (argv[4]), argv[5]);
  printf ("%s MiB to a file and back: %.1f s\n", argv[4], now () - t);
  return 0;
}
