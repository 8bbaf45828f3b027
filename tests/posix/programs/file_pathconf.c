/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what pathconf promises is kept: names, links, pipes, no truncation of names, chown by root alone.  */

#include "../test.h"

int
main (void)
{
  char name[600];
  int p[2];
  NEED (pipe (p) == 0 && put ("f", "") == 0);
  errno = 0;
  long name_max = pathconf (".", _PC_NAME_MAX), path_max = pathconf (".", _PC_PATH_MAX), link_max = pathconf ("f", _PC_LINK_MAX);
  long pipe_buf = fpathconf (p[0], _PC_PIPE_BUF), no_trunc = pathconf (".", _PC_NO_TRUNC), restricted = pathconf ("f", _PC_CHOWN_RESTRICTED);
  printf ("name %ld path %ld link %ld pipe %ld no_trunc %ld chown %ld symlink %ld filesizebits %ld 2_symlinks %ld sync_io %ld\n", name_max, path_max, link_max, pipe_buf,
	  no_trunc, restricted, pathconf (".", _PC_SYMLINK_MAX), pathconf ("f", _PC_FILESIZEBITS), pathconf (".", _PC_2_SYMLINKS), pathconf ("f", _PC_SYNC_IO));
  CHECK (name_max >= 14 && name_max < 590);
  memset (name, 'n', sizeof name);
  name[name_max] = '\0';
  CHECK (put (name, "") == 0 && access (name, F_OK) == 0 && unlink (name) == 0);
  name[name_max] = 'n';
  name[name_max + 1] = '\0';
  CHECK_ERROR (open (name, O_WRONLY | O_CREAT, 0644), ENAMETOOLONG);
  CHECK (no_trunc > 0 && restricted > 0);
  CHECK (pipe_buf >= 512);
  CHECK (link_max >= 8 || link_max == -1);
  for (int i = 0; i < 20; i++)
    {
      snprintf (name, sizeof name, "l%d", i);
      if (link ("f", name))
	found (false, __LINE__, "link %d: %s", i, strerror (errno));
    }
  CHECK_ERROR (pathconf ("none", _PC_NAME_MAX), ENOENT);
  CHECK_ERROR (pathconf (".", 9999), EINVAL);
  CHECK_ERROR (fpathconf (99, _PC_NAME_MAX), EBADF);
  CHECK (fpathconf (0, _PC_VDISABLE) >= -1);
  return verdict ();
}
