/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exec's errors leave the caller as it was.  */

#include "../test.h"

int
main (void)
{
  char *args[] = { "x", NULL }, *env[] = { NULL };
  put ("plain", "exit 4\n");
  put ("elf", "\177ELF and nothing more that would make sense");
  put ("noexec", "#!/bin/sh\n");
  put ("gone", "#!/no/such/interpreter\n");
  chmod ("elf", 0755);
  chmod ("plain", 0755);
  chmod ("gone", 0755);
  mkdir ("d", 0755);
  NEED (symlink ("loop", "loop") == 0);
  CHECK_ERROR (execve ("none", args, env), ENOENT);
  CHECK_ERROR (execve ("", args, env), ENOENT);
  CHECK_ERROR (execve ("noexec", args, env), EACCES);
  CHECK_ERROR (execve ("d", args, env), EACCES);
  CHECK_ERROR (execve ("plain/x", args, env), ENOTDIR);
  CHECK_ERROR (execve ("elf", args, env), ENOEXEC);
  CHECK_ERROR (execve ("plain", args, env), ENOEXEC);
  CHECK_ERROR (execve ("gone", args, env), ENOENT);
  CHECK_ERROR (execve ("loop", args, env), ELOOP);
  return verdict ();
}
