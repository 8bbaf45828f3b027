/* SPDX-License-Identifier: GPL-3.0-or-later */
/* revoke makes the descriptors of a file useless; only its owner may, nobody of a directory.  */

#include "../test.h"

static int
stranger (void *arg)
{
  become (1000);
  CHECK_ERROR (revoke ("f"), EPERM);
  return failures;
}

int
main (void)
{
  /* What libc sends who uses a port that is no more.  */
  signal (SIGLOST, SIG_IGN);
  char c;
  NEED (put ("f", "text") == 0);
  int fd = open ("f", O_RDWR);
  CHECK (ended (child (stranger, NULL)) == 0);
  CHECK (read (fd, &c, 1) == 1);
  int r = revoke ("f");
  printf ("revoke: %s\n", r ? strerror (errno) : "done");
  if (r && (errno == ENOSYS || errno == EOPNOTSUPP))
    unsupported ("a GNU/Hurd's ext2fs answers io_revoke with EOPNOTSUPP");
  CHECK (r == 0);
  CHECK_ERROR (revoke ("/"), EISDIR);
  CHECK (read (fd, &c, 1) <= 0);
  CHECK (holds ("f", "text"));
  return verdict ();
}
