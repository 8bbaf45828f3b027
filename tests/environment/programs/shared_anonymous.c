/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Anonymous memory shared by parent and child: each sees what the other
   writes, before and after.  */

#include <sys/mman.h>
#include "../env.h"

#define PAGES 20

static int
child (void *arg)
{
  volatile uint32_t *shared = arg;
  uint32_t last = 0;
  while (env_going ())
    {
      uint32_t n = __atomic_load_n (&shared[0], __ATOMIC_SEQ_CST);
      if (n != last)
	{
	  shared[PAGES * 1024 - 1] = n;
	  __atomic_store_n (&shared[1], last = n, __ATOMIC_SEQ_CST);
	}
      usleep (20000);
    }
  return 0;
}

PROGRAM (shared_anonymous)
{
  uint32_t *shared = mmap (NULL, PAGES * 4096, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK (shared != MAP_FAILED, "%s", strerror (errno));
  env_pattern (shared + 1024, 4096, 7);
  pid_t pid = env_fork (child, shared);
  env_ready ();
  for (uint32_t n = 1; env_going (); n++)
    {
      __atomic_store_n (&shared[0], n, __ATOMIC_SEQ_CST);
      /* Not by the clock of the day, which goes on while the machine is off.  */
      double end = env_uptime () + 60;
      while (__atomic_load_n (&shared[1], __ATOMIC_SEQ_CST) != n)
	{
	  CHECK (env_uptime () < end, "the child does not see %u: %u", n,
		 shared[1]);
	  if (waitpid (pid, NULL, WNOHANG) == pid)
	    {
	      CHECK (env_ended (), "the child is gone");
	      return;
	    }
	  usleep (20000);
	}
      CHECK (shared[PAGES * 1024 - 1] == n, "%u", shared[PAGES * 1024 - 1]);
    }
  CHECK (env_is_pattern (shared + 1024, 4096, 7), "the contents");
  env_join (pid);
}
