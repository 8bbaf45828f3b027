/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drivers of the border: each changes files of the ground in its own way, so that
   the outcome says whether a change was lost, done twice, or in another order.

     drive append DIR N     N lines at the end of DIR/lines, some with fsync
     drive queue DIR N      N letters through DIR/tmp, new and cur, each read once
     drive rotate DIR N     a log that is renamed away, cut and linked
     drive slots DIR N      counters that are overwritten, and a mapped one
     drive relay STREAM N   a number is read and an answer written, N times; the
			    numbers go to the output, too

   They go on until there is a file /home/end if N is 0, or until the stream says `end',
   and tell how far they came.  Any call that fails ends the program with a line on standard error.  */

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int pause_us = 2000;	/* After each step; $DRIVE_PAUSE.  */

/* Is there a step I of N?  */
static bool
more (int i, int n)
{
  if (n)
    return i <= n;
  if (access ("/home/end", F_OK) < 0)
    return true;
  printf ("%d steps\n", i - 1);
  return false;
}

static void
must (int ok, const char *what, int i)
{
  if (!ok)
    err (1, "%s at %d", what, i);
}

static void
put (int fd, const char *text, int i)
{
  size_t len = strlen (text);
  must (write (fd, text, len) == (ssize_t) len, "write", i);
}

static void
append (int n)
{
  int fd = open ("lines", O_WRONLY | O_CREAT | O_APPEND, 0666);
  char line[400];

  must (fd >= 0, "open", 0);
  for (int i = 1; more (i, n); i++)
    {
      int len = snprintf (line, sizeof line, "line %d ", i);
      memset (line + len, 'a' + i % 26, i % 300);
      strcpy (line + len + i % 300, "\n");
      put (fd, line, i);
      if (i % (n ? n / 8 + 1 : 500) == 0)
	must (fsync (fd) == 0, "fsync", i);
      usleep (pause_us);
    }
}

static void
deliver (int i)
{
  char from[64], to[64], text[128];

  snprintf (from, sizeof from, "tmp/%d", i);
  snprintf (to, sizeof to, "new/%d", i);
  int fd = open (from, O_WRONLY | O_CREAT | O_EXCL, 0600);
  must (fd >= 0, from, i);
  snprintf (text, sizeof text, "letter %d of the queue\n", i);
  put (fd, text, i);
  must (close (fd) == 0, "close", i);
  must (rename (from, to) == 0, to, i);
}

/* Read letter I, note it, put it away; every fourth is thrown away.  */
static void
take (int log, int i)
{
  char from[64], to[64], text[128];
  int fd;

  snprintf (from, sizeof from, "new/%d", i);
  snprintf (to, sizeof to, "cur/%d:2,S", i);
  must (access (to, F_OK) < 0 && errno == ENOENT, "letter taken twice", i);
  fd = open (from, O_RDONLY);
  must (fd >= 0, from, i);
  ssize_t len = read (fd, text, sizeof text);
  must (len > 0, "read", i);
  close (fd);
  must (write (log, text, len) == len, "log", i);
  if (i % 4 == 0)
    must (unlink (from) == 0, from, i);
  else
    must (rename (from, to) == 0, to, i);
}

static void
queue (int n)
{
  must (mkdir ("tmp", 0700) == 0 && mkdir ("new", 0700) == 0
	&& mkdir ("cur", 0700) == 0, "mkdir", 0);
  int log = open ("log", O_WRONLY | O_CREAT | O_EXCL, 0600);
  must (log >= 0, "log", 0);
  for (int i = 1; more (i, n); i++)
    {
      deliver (i);
      usleep (pause_us);
      if (i > 3)
	take (log, i - 3);
    }
}

static void
rotate (int n)
{
  char name[64], text[64];
  int fd = -1;

  for (int i = 1; more (i, n); i++)
    {
      if (fd < 0)
	fd = open ("log", O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0644);
      must (fd >= 0, "log", i);
      snprintf (text, sizeof text, "entry %d\n", i);
      put (fd, text, i);
      if (i % 20 == 0)
	{
	  /* The old one goes on being written to under its new name.  */
	  snprintf (name, sizeof name, "log.%d", i / 20 % 3);
	  must (rename ("log", name) == 0, name, i);
	  put (fd, "closed\n", i);
	  unlink ("last");
	  must (link (name, "last") == 0, "link", i);
	  close (fd);
	  fd = -1;
	}
      if (i % 50 == 0)
	{
	  must (truncate ("small", i) == 0 || errno == ENOENT, "small", i);
	  int small = open ("small", O_WRONLY | O_CREAT | O_APPEND, 0644);
	  put (small, text, i);
	  close (small);
	  snprintf (name, sizeof name, "d%d", i);
	  must (mkdir (name, 0755) == 0, name, i);
	  snprintf (name, sizeof name, "d%d", i - 50);
	  must (i == 50 || rmdir (name) == 0, name, i);
	}
      usleep (pause_us);
    }
}

static void
slots (int n)
{
  int fd = open ("slots", O_RDWR | O_CREAT, 0644);
  unsigned int v, *map;

  must (fd >= 0 && ftruncate (fd, 64 * 1024) == 0, "slots", 0);
  map = mmap (NULL, 64 * 1024, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  must (map != MAP_FAILED, "mmap", 0);
  for (int i = 1; more (i, n); i++)
    {
      off_t at = i * 37 % 8192 * 4;
      must (pread (fd, &v, sizeof v, at) == sizeof v, "pread", i);
      v += i;
      must (pwrite (fd, &v, sizeof v, at) == sizeof v, "pwrite", i);
      map[8192 + i * 53 % 8192] += i;
      usleep (pause_us);
    }
  must (msync (map, 64 * 1024, MS_SYNC) == 0, "msync", 0);
}

static void
relay (const char *stream, int n)
{
  char text[64], answer[80];
  int fd = open (stream, O_RDWR);

  must (fd >= 0, stream, 0);
  for (int i = 1; n == 0 || i <= n; i++)
    {
      ssize_t len = read (fd, text, sizeof text - 1);
      must (len > 0, "read", i);
      text[len] = 0;
      /* Not by a file that is there or not: that is not what was read before a kill.  */
      if (strcmp (text, "end\n") == 0)
	{
	  printf ("%d steps\n", i - 1);
	  return;
	}
      put (1, text, i);
      snprintf (answer, sizeof answer, "%d: %s", i, text);
      put (fd, answer, i);
      /* Each number and each answer is made durable by the sink.  */
      usleep (10 * pause_us);
    }
}

int
main (int argc, char **argv)
{
  if (argc != 4)
    errx (2, "usage: drive HOW WHERE N");
  int n = atoi (argv[3]);
  if (getenv ("DRIVE_PAUSE"))
    pause_us = atoi (getenv ("DRIVE_PAUSE"));
  if (strcmp (argv[1], "relay") == 0)
    {
      relay (argv[2], n);
      printf ("relay done\n");
      return 0;
    }
  if (chdir (argv[2]) < 0)
    err (2, "%s", argv[2]);
  if (strcmp (argv[1], "append") == 0)
    append (n);
  else if (strcmp (argv[1], "queue") == 0)
    queue (n);
  else if (strcmp (argv[1], "rotate") == 0)
    rotate (n);
  else if (strcmp (argv[1], "slots") == 0)
    slots (n);
  else
    errx (2, "no driver %s", argv[1]);
  printf ("%s done\n", argv[1]);
  return 0;
}
