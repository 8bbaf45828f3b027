/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file mapped shared by two processes at different offsets, written by both;
   what they wrote is in the file, too.  */

#include <fcntl.h>
#include <sys/mman.h>
#include "../env.h"

#define PAGES 4

static int
child (void *arg)
{
  int fd = SYS (open (arg, O_RDWR));
  uint32_t *second = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   4096);
  CHECK (second != MAP_FAILED, "%s", strerror (errno));
  close (fd);
  second[1] = 11;
  env_await_end ();
  for (double end = env_now () + 60; second[0] != 77 && env_now () < end;)
    usleep (100000);
  CHECK (second[0] == 77, "%u", second[0]);
  second[2] = 22;
  msync (second, 4096, MS_SYNC);
  return 0;
}

PROGRAM (shared_file)
{
  const char *name = env_file ("data");
  static char buffer[PAGES * 4096];
  int fd = SYS (open (name, O_RDWR | O_CREAT | O_TRUNC, 0666));
  env_pattern (buffer, sizeof buffer, 3);
  CHECK (write (fd, buffer, sizeof buffer) == sizeof buffer, "write");
  uint32_t *whole = mmap (NULL, PAGES * 4096, PROT_READ | PROT_WRITE,
			  MAP_SHARED, fd, 0);
  CHECK (whole != MAP_FAILED, "%s", strerror (errno));
  pid_t pid = env_fork (child, (void *) name);
  while (whole[1025] != 11)
    usleep (10000);
  whole[3 * 1024] = 33;
  env_wait ();
  CHECK (env_is_pattern (whole, 4096, 3), "the first page");
  CHECK (whole[3 * 1024] == 33 && whole[1025] == 11, "%u %u", whole[3 * 1024],
	 whole[1025]);
  whole[1024] = 77;
  env_join (pid);
  CHECK (whole[1026] == 22, "%u", whole[1026]);
  msync (whole, PAGES * 4096, MS_SYNC);
  uint32_t word[3];
  CHECK (pread (fd, word, 12, 4096) == 12, "pread");
  CHECK (word[0] == 77 && word[1] == 11 && word[2] == 22, "%u %u %u", word[0],
	 word[1], word[2]);
}
