/* SPDX-License-Identifier: GPL-3.0-or-later */
/* an alarm and resource limits go on over an exec.  */

#include "../test.h"
#include <sys/resource.h>

static int
execs (void *self)
{
  struct rlimit rl = { 12288, 12288 };
  NEED (setrlimit (RLIMIT_CORE, &rl) == 0);
  alarm (100);
  execl (self, "x", "after", (char *) NULL);
  return 1;
}

int
main (int argc, char **argv)
{
  struct rlimit rl;
  if (argc > 1)
    {
      unsigned left = alarm (0);
      NEED (getrlimit (RLIMIT_CORE, &rl) == 0);
      printf ("%u s left, limit %ld\n", left, (long) rl.rlim_cur);
      return left > 0 && rl.rlim_cur == 12288 ? 0 : left == 0 && rl.rlim_cur != 12288 ? 2 : 1;
    }
  int status = ended (child (execs, argv[0]));
  CHECK (WIFEXITED (status) && WEXITSTATUS (status) != 1);
  if (WEXITSTATUS (status) == 2)
    unsupported ("libc's setitimer and setrlimit keep timers and limits in the process; exec hands none over (file_exec's ints)");
  return verdict ();
}
