/* SPDX-License-Identifier: GPL-3.0-or-later */
/* posix_spawn with file actions, attributes and errors.  */

#include "../test.h"
#include <spawn.h>

extern char **environ;

int
main (void)
{
  posix_spawn_file_actions_t fa;
  posix_spawnattr_t at;
  sigset_t set;
  pid_t pid;
  char *argv[] = { "sh", "-c", "echo spawned; exit 3", NULL };
  CHECK (posix_spawn_file_actions_init (&fa) == 0);
  CHECK (posix_spawn_file_actions_addopen (&fa, 1, "out", O_WRONLY | O_CREAT, 0600) == 0);
  CHECK (posix_spawnattr_init (&at) == 0);
  CHECK (posix_spawnattr_setpgroup (&at, 0) == 0);
  sigemptyset (&set);
  CHECK (posix_spawnattr_setsigmask (&at, &set) == 0);
  CHECK (posix_spawnattr_setflags (&at, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK) == 0);
  CHECK (posix_spawn (&pid, "/bin/sh", &fa, &at, argv, environ) == 0);
  int status = ended (pid);
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 3);
  CHECK (holds ("out", "spawned\n"));
  CHECK (posix_spawnp (&pid, "sh", NULL, NULL, argv, environ) == 0);
  CHECK (WEXITSTATUS (ended (pid)) == 3);
  CHECK (posix_spawn (&pid, "/none", NULL, NULL, argv, environ) == ENOENT);
  CHECK (posix_spawn_file_actions_destroy (&fa) == 0);
  return verdict ();
}
