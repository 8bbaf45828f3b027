/* SPDX-License-Identifier: GPL-3.0-or-later */
/* closing any descriptor of a file gives up the process' record locks on it.  */

#include "../test.h"

static int
locks (void *arg)
{
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int fd = open ("f", O_RDWR);
  return fcntl (fd, F_SETLK, &l) == 0 ? 0 : errno == EAGAIN || errno == EACCES ? 5 : 1;
}

int
main (void)
{
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int fd = open ("f", O_RDWR | O_CREAT, 0644);
  NEED (fd >= 0 && fcntl (fd, F_SETLK, &l) == 0);
  CHECK (WEXITSTATUS (ended (child (locks, NULL))) == 5);
  close (open ("f", O_RDONLY));
  int code = WEXITSTATUS (ended (child (locks, NULL)));
  close (fd);
  CHECK (ended (child (locks, NULL)) == 0);
  if (code == 5 && !failures)
    unsupported ("a lock is the open file's, not the process' (file_record_lock of fs.defs), as on a GNU/Hurd");
  CHECK (code == 0);
  return verdict ();
}
