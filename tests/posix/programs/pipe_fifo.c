/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fifos: opening waits for the other side; O_NONBLOCK does not; ENXIO without a reader.  */

#include "../test.h"

static int
reader (void *arg)
{
  char buf[10];
  int fd = open ("p", O_RDONLY);
  return fd < 0 || read (fd, buf, 10) != 3 || memcmp (buf, "abc", 3) || read (fd, buf, 1) != 0;
}

int
main (void)
{
  char c;
  CHECK (mkfifo ("p", 0600) == 0);
  CHECK_ERROR (mkfifo ("p", 0600), EEXIST);
  CHECK_ERROR (open ("p", O_WRONLY | O_NONBLOCK), ENXIO);
  int r = open ("p", O_RDONLY | O_NONBLOCK);
  CHECK (r >= 0 && read (r, &c, 1) == 0);
  int w = open ("p", O_WRONLY | O_NONBLOCK);
  CHECK (w >= 0);
  CHECK_ERROR (read (r, &c, 1), EAGAIN);
  CHECK (write (w, "z", 1) == 1 && read (r, &c, 1) == 1 && c == 'z');
  close (r);
  close (w);
  pid_t pid = child (reader, NULL);
  w = open ("p", O_WRONLY);
  CHECK (w >= 0 && write (w, "abc", 3) == 3);
  close (w);
  CHECK (ended (pid) == 0);
  return verdict ();
}
