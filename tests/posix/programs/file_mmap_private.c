/* SPDX-License-Identifier: GPL-3.0-or-later */
/* private mappings keep changes to themselves; anonymous ones; mprotect, errors.  */

#include "../test.h"
#include <sys/mman.h>

int
main (void)
{
  NEED (put ("f", "abcdefgh") == 0);
  int fd = open ("f", O_RDONLY);
  char *m = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  NEED (m != MAP_FAILED);
  m[0] = 'X';
  CHECK (holds ("f", "abcdefgh") && m[0] == 'X' && m[1] == 'b');
  CHECK (mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EACCES);
  CHECK (mmap (NULL, 4096, PROT_READ, MAP_SHARED, 99, 0) == MAP_FAILED && errno == EBADF);
  CHECK (mmap (NULL, 0, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == EINVAL);
  CHECK (mmap (NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 5) == MAP_FAILED && errno == EINVAL);
  char *a = mmap (NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NEED (a != MAP_FAILED);
  pid_t pid = fork ();
  if (pid == 0)
    {
      a[5000] = 'z';
      _exit (0);
    }
  ended (pid);
  CHECK (a[5000] == 'z' && a[0] == 0);
  CHECK (mprotect (a, 4096, PROT_READ) == 0);
  char *f = mmap (a, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  CHECK (f == a && a[0] == 0 && a[5000] == 'z');
  return verdict ();
}
