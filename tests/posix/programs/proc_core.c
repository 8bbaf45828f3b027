/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a process that dies of a fault is served by /servers/crash; WCOREDUMP only when there is a core.  */

#include "../test.h"
#include <sys/resource.h>

static int
fault (void *arg)
{
  setenv ("CRASHSERVER", arg, 1);
  setenv ("COREFILE", "core.x", 1);
  struct rlimit r = { RLIM_INFINITY, RLIM_INFINITY };
  setrlimit (RLIMIT_CORE, &r);
  *(volatile int *) 8 = 1;
  return 0;
}

int
main (void)
{
  struct stat st;
  int s = ended (child (fault, "/servers/crash-kill"));
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGSEGV && !WCOREDUMP (s));
  CHECK_ERROR (stat ("core.x", &st), ENOENT);
  s = ended (child (fault, "/servers/crash-dump-core"));
  CHECK (WIFSIGNALED (s) && WTERMSIG (s) == SIGSEGV);
  if (!WCOREDUMP (s) && access ("/servers/crash-dump-core", F_OK))
    unsupported ("there is no /servers/crash-dump-core here");
  CHECK (WCOREDUMP (s));
  CHECK (stat ("core.x", &st) == 0 && st.st_size > 4096);
  char head[4] = "";
  int fd = open ("core.x", O_RDONLY);
  CHECK (read (fd, head, 4) == 4 && memcmp (head, "\177ELF", 4) == 0);
  return verdict ();
}
