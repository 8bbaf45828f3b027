/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What requests to files cost.  usage: requests WHERE DIR N [DISK]

   With DISK: what it costs to have what was read on the disk DISK, whose second half is
   free, before one goes on.

   For each kind of request one line: WHERE, its name, ticks of the time stamp counter each, over N of them
   (a tenth for the large ones), the least of three rounds.  DIR has a file `data' of 128
   KiB already.  */

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char buffer[64 * 1024];
static int data = -1, out = -1, disk = -1;

static void
check (int ok, const char *what)
{
  if (!ok)
    err (1, "%s", what);
}

static void do_stat (int i) { struct stat st; (void) i; check (stat ("data", &st) == 0, "stat"); }
static void do_fstat (int i) { struct stat st; (void) i; check (fstat (data, &st) == 0, "fstat"); }
static void do_open (int i) { int fd = open ("data", O_RDONLY); (void) i; check (fd >= 0 && close (fd) == 0, "open"); }
static void do_read1 (int i) { check (pread (data, buffer, 1, i % 60000) == 1, "read"); }
static void do_read4k (int i) { check (pread (data, buffer, 4096, i % 15 * 4096) == 4096, "read"); }
static void do_read64k (int i) { (void) i; check (pread (data, buffer, 65536, 0) == 65536, "read"); }
static void do_write1 (int i) { check (pwrite (out, "x", 1, i % 60000) == 1, "write"); }
static void do_write64k (int i) { (void) i; check (pwrite (out, buffer, 65536, 0) == 65536, "write"); }

/* In whole pages, one place after the other, as the journal is written.  */
static void
keep (size_t len)
{
  static char room[69632];
  static off_t at;
  check (pread (data, buffer, len, 0) == (ssize_t) len, "read");
  memcpy (room, buffer, len);
  len = (len + 64 + 4095) / 4096 * 4096;
  check (pwrite (disk, room, len, (256 << 20) + at) == (ssize_t) len && fsync (disk) == 0, "disk");
  at = (at + len) % (16 << 20);
}

static void do_keep1 (int i) { (void) i; keep (1); }
static void do_keep4k (int i) { (void) i; keep (4096); }
static void do_keep64k (int i) { (void) i; keep (65536); }

static void
do_make (int i)
{
  int fd = open ("new", O_WRONLY | O_CREAT | O_EXCL, 0666);
  (void) i;
  check (fd >= 0 && write (fd, "text\n", 5) == 5 && close (fd) == 0 && unlink ("new") == 0, "new");
}

struct kind { const char *name; void (*call) (int); int share; };
static const struct kind kept[] = {
  { "read-1", do_keep1, 1 }, { "read-4K", do_keep4k, 1 }, { "read-64K", do_keep64k, 10 }, { NULL, NULL, 0 }
};
static const struct kind kinds[] = {
  { "fstat", do_fstat, 1 }, { "stat", do_stat, 1 }, { "open", do_open, 1 },
  { "read-1", do_read1, 1 }, { "read-4K", do_read4k, 1 }, { "read-64K", do_read64k, 10 },
  { "write-1", do_write1, 1 }, { "write-64K", do_write64k, 10 }, { "make", do_make, 10 }, { NULL, NULL, 0 }
};

/* The clock of this kernel is too coarse.  */
static double
now (void)
{
  return (double) __builtin_ia32_rdtsc ();
}

int
main (int argc, char **argv)
{
  if (argc < 4)
    errx (2, "usage: requests WHERE DIR N [DISK]");
  const struct kind *all = argc > 4 ? kept : kinds;
  int n = atoi (argv[3]);
  check (chdir (argv[2]) == 0, argv[2]);
  data = open ("data", O_RDONLY);
  check (data >= 0, "data");
  out = open ("out", O_RDWR | O_CREAT, 0666);
  check (out >= 0 && write (out, buffer, sizeof buffer) == sizeof buffer, "out");
  disk = argc > 4 ? open (argv[4], O_RDWR) : -1;
  check (argc <= 4 || disk >= 0, "disk");
  for (const struct kind *k = all; k->name; k++)
    {
      double least = 0;
      int m = n / k->share;
      for (int round = 0; round < 3; round++)
	{
	  double start = now ();
	  for (int i = 0; i < m; i++)
	    k->call (i);
	  double each = (now () - start) / m;
	  if (round == 0 || each < least)
	    least = each;
	}
      printf ("%s %s %.0f\n", argv[1], k->name, least);
    }
  return 0;
}
