/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody who waits until a fifo has a writer.  */

#include <fcntl.h>
#include <sys/stat.h>
#include "../env.h"

static int
reader (void *arg)
{
  char text[4] = "";
  int fd = SYS (open (env_file ("fifo"), O_RDONLY));
  CHECK (env_ended (), "it has been opened too early");
  CHECK (read (fd, text, 3) == 3 && strcmp (text, "abc") == 0, "%s", text);
  CHECK (read (fd, text, 3) == 0, "no end");
  return 0;
}

PROGRAM (fifo_open)
{
  unlink (env_file ("fifo"));
  SYS (mkfifo (env_file ("fifo"), 0666));
  pid_t pid = env_fork (reader, NULL);
  sleep (1);
  env_wait ();
  int fd = SYS (open (env_file ("fifo"), O_WRONLY));
  CHECK (write (fd, "abc", 3) == 3, "%s", strerror (errno));
  close (fd);
  env_join (pid);
}
