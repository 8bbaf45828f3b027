/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A private mapping of a file that is replaced on the disk later: partly
   changed, partly never touched.  */

#include <fcntl.h>
#include <sys/mman.h>
#include "../env.h"

PROGRAM (private_file)
{
  const char *name = env_file ("data");
  static char buffer[8 * 4096];
  int fd = SYS (open (name, O_RDWR | O_CREAT | O_TRUNC, 0666));
  env_pattern (buffer, sizeof buffer, 5);
  CHECK (write (fd, buffer, sizeof buffer) == sizeof buffer, "write");
  char *map = mmap (NULL, sizeof buffer, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		    fd, 0);
  char *text = mmap (NULL, sizeof buffer, PROT_READ, MAP_PRIVATE, fd, 0);
  CHECK (map != MAP_FAILED && text != MAP_FAILED, "%s", strerror (errno));
  close (fd);
  env_pattern (map + 4096, 4096, 6);
  SYS (unlink (name));
  env_wait ();
  CHECK (env_is_pattern (map, 4096, 5), "the first page");
  CHECK (env_is_pattern (map + 4096, 4096, 6), "the changed page");
  CHECK (memcmp (map + 8192, buffer + 8192, sizeof buffer - 8192) == 0,
	 "what was not touched");
  CHECK (memcmp (text, buffer, sizeof buffer) == 0, "what is only read");
}
