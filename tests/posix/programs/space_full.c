/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a full file system gives ENOSPC, and its files are whole.  */

#include "../test.h"
#include <sys/statvfs.h>

static char block[1 << 20];

/* On the disk that is full there may be no room for what the test says: another
   process keeps that until it is over.  */
static void
keep_output (void)
{
  static char said[20000];
  int fd[2], status;
  size_t n = 0;
  ssize_t r;
  NEED (pipe (fd) == 0);
  pid_t pid = fork ();
  if (pid == 0)
    {
      dup2 (fd[1], 1);
      close (fd[0]);
      close (fd[1]);
      return;
    }
  close (fd[1]);
  while ((r = read (fd[0], said + n, sizeof said - n)) > 0)
    n += r;
  status = ended (pid);
  fwrite (said, 1, n, stdout);
  fflush (stdout);
  _exit (WIFEXITED (status) ? WEXITSTATUS (status) : 1);
}

int
main (void)
{
  keep_output ();
  struct statvfs v;
  NEED (statvfs (".", &v) == 0);
  if ((double) v.f_bavail * v.f_frsize > 400e6)
    unsupported ("the disk is too large to be filled in a test");
  memset (block, 7, sizeof block);
  NEED (put ("before", "whole") == 0);
  int fd = open ("f", O_RDWR | O_CREAT, 0644);
  long n = 0;
  ssize_t r;
  while ((r = write (fd, block, sizeof block)) > 0)
    n += r;
  int e = errno;
  printf ("%ld bytes, then %s\n", n, strerror (e));
  CHECK (r == -1 && e == ENOSPC);
  CHECK (mkdir ("dir", 0755) == 0 || errno == ENOSPC);
  CHECK (holds ("before", "whole"));
  close (fd);
  CHECK (unlink ("f") == 0);
  sync ();
  CHECK (put ("after", "room") == 0 && holds ("after", "room"));
  return verdict ();
}
