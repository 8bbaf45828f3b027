/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mmap's errors; MAP_FIXED, parts unmapped, mappings that outlive descriptors, names and sizes; memory shared over fork.  */

#include "../test.h"
#include <setjmp.h>
#include <sys/mman.h>

static sigjmp_buf env;
static void jump (int s) { siglongjmp (env, s); }

/* The signal that reading AT gives, or 0.  */
static int
touches (volatile char *at)
{
  int s = sigsetjmp (env, 1);
  if (s == 0)
    (void) *at;
  return s;
}

int
main (void)
{
  long page = sysconf (_SC_PAGESIZE);
  int fd = open ("f", O_RDWR | O_CREAT, 0644), ro, p[2];
  char *m, *n;
  NEED (fd >= 0 && ftruncate (fd, 3 * page) == 0 && pwrite (fd, "hello", 5, 0) == 5 && pwrite (fd, "third", 5, 2 * page) == 5);
  NEED ((ro = open ("f", O_RDONLY)) >= 0 && pipe (p) == 0);
  signal (SIGSEGV, jump);
  signal (SIGBUS, jump);
  CHECK (mmap (NULL, 0, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EINVAL);
  CHECK (mmap (NULL, page, PROT_READ, MAP_SHARED, fd, 1) == MAP_FAILED && errno == EINVAL);
  CHECK (mmap (NULL, page, PROT_READ, MAP_SHARED, 99, 0) == MAP_FAILED && errno == EBADF);
  CHECK (mmap (NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, ro, 0) == MAP_FAILED && errno == EACCES);
  CHECK (mmap (NULL, page, PROT_READ, MAP_SHARED, p[0], 0) == MAP_FAILED && errno == ENODEV);
  CHECK (mmap (NULL, page, PROT_READ, MAP_PRIVATE, open (".", O_RDONLY), 0) == MAP_FAILED && (errno == ENODEV || errno == EACCES));
  CHECK ((m = mmap (NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, ro, 0)) != MAP_FAILED && strcmp (m, "hello") == 0);
  m[0] = 'j';
  CHECK (pread (fd, &page, 0, 0) == 0 && holds ("f", "x") == false);
  /* Parts.  */
  m = mmap (NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  NEED (m != MAP_FAILED);
  CHECK (munmap (m + page, page) == 0 && touches (m) == 0 && touches (m + page) == SIGSEGV && touches (m + 2 * page) == 0);
  CHECK (strcmp (m + 2 * page, "third") == 0);
  n = mmap (m + page, page, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANON, -1, 0);
  CHECK (n == m + page && n[0] == 0 && (n[0] = 1) && touches (n) == 0);
  n = mmap (m, page, PROT_READ, MAP_FIXED | MAP_SHARED, fd, 2 * page);
  CHECK (n == m && strcmp (m, "third") == 0);
  CHECK (mprotect (m + 2 * page, page, PROT_NONE) == 0 && touches (m + 2 * page) == SIGSEGV);
  CHECK (mprotect (m + 2 * page, page, PROT_READ) == 0 && touches (m + 2 * page) == 0);
  /* It outlives its descriptor and name.  */
  int gone = open ("gone", O_RDWR | O_CREAT, 0644);
  NEED (ftruncate (gone, 2 * page) == 0);
  n = mmap (NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, gone, 0);
  NEED (n != MAP_FAILED && unlink ("gone") == 0);
  strcpy (n, "still");
  char b[10] = "";
  CHECK (pread (gone, b, 6, 0) == 6 && strcmp (b, "still") == 0);
  CHECK (ftruncate (gone, page) == 0 && touches (n) == 0 && touches (n + page) == SIGBUS);
  CHECK (ftruncate (gone, 2 * page) == 0 && touches (n + page) == 0 && n[page] == 0);
  close (gone);
  CHECK (strcmp (n, "still") == 0);
  /* The rest of the last page is zeros, and never reaches the file.  */
  int odd = open ("odd", O_RDWR | O_CREAT, 0644);
  NEED (write (odd, "abc", 3) == 3);
  n = mmap (NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, odd, 0);
  CHECK (n[3] == 0 && n[page - 1] == 0);
  n[1] = 'X';
  n[5] = 'Y';
  CHECK (msync (n, page, MS_SYNC) == 0 && holds ("odd", "aXc"));
  CHECK (munmap (n, page) == 0 && holds ("odd", "aXc"));
  CHECK (ftruncate (odd, 10) == 0 && pread (odd, b, 10, 0) == 10);
  printf ("behind the old end: %d\n", b[5]);
  /* Anonymous memory, shared.  */
  volatile int *count = mmap (NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
  NEED (count != MAP_FAILED);
  if (fork () == 0)
    {
      *count = 42;
      _exit (0);
    }
  wait (NULL);
  CHECK (*count == 42);
  volatile int *own = mmap (NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  *own = 1;
  if (fork () == 0)
    {
      *own = 42;
      _exit (0);
    }
  wait (NULL);
  CHECK (*own == 1);
  return verdict ();
}
