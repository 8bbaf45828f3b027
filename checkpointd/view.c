/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ckpt view: run a program in the last committed state of the ground's files.  */

#include <error.h>
#include <errno.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/fd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "checkpointd/command.h"
#include "ckpt_U.h"

int
view (mach_port_t root, char **argv, int n)
{
  char text[16];
  mach_port_t port;
  unsigned int number;
  error_t err = ckpt_view (root, &port, &number);

  if (err == EBUSY)
    error (1, 0, "%s: a checkpoint is not applied as a whole (see `ckpt status')",
	   root_name);
  if (err)
    error (1, err, "%s: view", root_name);
  if (n == 0)
    {
      printf ("%u\n", number);
      return fflush (stdout) ? 1 : 0;
    }
  int fd = openport (port, O_READ);
  if (fd < 0 || fchdir (fd) < 0)
    error (1, errno, "%s: view", root_name);
  close (fd);
  sprintf (text, "%u", number);
  if (setenv ("CKPT_VIEW", text, 1) < 0)
    error (1, errno, "CKPT_VIEW");
  execvp (argv[0], argv);
  error (errno == ENOENT ? 127 : 126, errno, "%s", argv[0]);
  return 1;
}
