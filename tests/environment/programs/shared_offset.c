/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptors of one open file, in two processes: one place in it.  */

#include <fcntl.h>
#include "../env.h"

static int fd;

static int
child (void *arg)
{
  char text[5] = "";
  env_await_end ();
  CHECK (read (fd, text, 4) == 4 && strcmp (text, "3456") == 0, "%s", text);
  return 0;
}

PROGRAM (shared_offset)
{
  char text[4] = "";
  fd = SYS (open (env_file ("data"), O_RDWR | O_CREAT | O_TRUNC, 0666));
  CHECK (write (fd, "0123456789", 10) == 10, "%s", strerror (errno));
  int copy = SYS (dup (fd));
  pid_t pid = env_fork (child, NULL);
  SYS (lseek (fd, 3, SEEK_SET));
  env_wait ();
  env_join (pid);
  CHECK (lseek (copy, 0, SEEK_CUR) == 7, "%d", (int) lseek (copy, 0, SEEK_CUR));
  CHECK (read (copy, text, 3) == 3 && strcmp (text, "789") == 0, "%s", text);
}
