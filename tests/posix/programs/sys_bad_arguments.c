/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arguments out of range: readv's count, posix_fallocate's length, getrusage's who, mmap's flags, setitimer's microseconds.  */

#include "../test.h"
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/uio.h>

int
main (void)
{
  char b[8];
  struct iovec v = { b, 4 };
  struct rusage ru;
  volatile int bad_count = -1;
  int fd = open ("f", O_RDWR | O_CREAT, 0644), libcs = 0;
  NEED (fd >= 0 && write (fd, "text", 4) == 4);
  libcs += !(readv (fd, &v, bad_count) == -1 && errno == EINVAL);
  libcs += posix_fallocate (fd, 0, 0) != EINVAL;
  libcs += !(getrusage (99, &ru) == -1 && errno == EINVAL);
  libcs += !(mmap (NULL, 4096, PROT_READ, 0, fd, 0) == MAP_FAILED && errno == EINVAL);
  libcs += !(mmap (NULL, 4096, PROT_READ, MAP_SHARED, open ("f", O_WRONLY), 0) == MAP_FAILED && errno == EACCES);
  struct itimerval it = { { 0, 0 }, { 0, 1000000 } };
  libcs += !(setitimer (ITIMER_REAL, &it, NULL) == -1 && errno == EINVAL);
  CHECK (readv (fd, &v, 1) == 0);
  if (libcs && !failures)
    unsupported ("libc's readv, posix_fallocate, getrusage, mmap and setitimer do not look at these arguments, or return the error's number");
  return verdict ();
}
