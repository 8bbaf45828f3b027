/* SPDX-License-Identifier: GPL-3.0-or-later */
/* asynchronous input and output.  */

#include "../test.h"
#include <aio.h>

int
main (void)
{
  static char buf[10];
  int fd = open ("f", O_RDWR | O_CREAT, 0600);
  struct aiocb cb = { .aio_fildes = fd, .aio_buf = buf, .aio_nbytes = 10 };
  if (aio_write (&cb) && errno == ENOSYS)
    unsupported ("libc's aio_write is a stub");
  /* Inside, a write may have to wait for a checkpoint, if the ground's disk was full.  */
  for (int i = 0; i < 3000 && aio_error (&cb) == EINPROGRESS; i++)
    nap (20);
  CHECK (aio_error (&cb) == 0 && aio_return (&cb) == 10);
  return verdict ();
}
