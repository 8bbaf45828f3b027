/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file mapped with more pages than it has, as a library is while it is being
   loaded: the pages past its end are no reason against a checkpoint.  */

#include <fcntl.h>
#include <sys/mman.h>
#include "../env.h"

#define SIZE	4096

PROGRAM (past_end)
{
  static char buffer[SIZE];
  int fd = SYS (open (env_file ("data"), O_RDWR | O_CREAT | O_TRUNC, 0666));
  env_pattern (buffer, SIZE, 1);
  CHECK (write (fd, buffer, SIZE) == SIZE, "%s", strerror (errno));
  char *private = mmap (NULL, 8 * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd,
			0);
  CHECK (private != MAP_FAILED, "%s", strerror (errno));
  char *written = mmap (NULL, 8 * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd,
			0);
  CHECK (written != MAP_FAILED, "%s", strerror (errno));
  written[17] = 42;
  close (fd);
  env_wait ();
  CHECK (env_is_pattern (private, SIZE, 1), "the page that there is");
  CHECK (written[17] == 42, "%d", written[17]);
  written[17] = buffer[17];
  CHECK (env_is_pattern (written, SIZE, 1), "the page that was written to");
}
