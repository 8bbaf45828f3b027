/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that is mapped, unmapped, written anew with as many bytes and mapped
   again, all the time: what is mapped is always what was written last.  */

#include <fcntl.h>
#include <sys/mman.h>
#include "../env.h"

#define SIZE (4 * 4096)

PROGRAM (compile_run)
{
  static char buffer[SIZE];
  const char *name = env_file ("data");
  env_ready ();
  for (unsigned int n = 1; !env_ended (); n++)
    {
      int fd = SYS (open (name, O_RDWR | O_CREAT | O_TRUNC, 0666));
      env_pattern (buffer, SIZE, n);
      CHECK (write (fd, buffer, SIZE) == SIZE, "%s", strerror (errno));
      char *map = mmap (NULL, SIZE, PROT_READ, MAP_PRIVATE, fd, 0);
      CHECK (map != MAP_FAILED, "%s", strerror (errno));
      close (fd);
      CHECK (env_is_pattern (map, 4096, n), "round %u", n);
      usleep (400000);
      CHECK (env_is_pattern (map, SIZE, n), "round %u, later", n);
      SYS (munmap (map, SIZE));
    }
}
