/* SPDX-License-Identifier: GPL-3.0-or-later */
/* semaphores between processes.  */

#include "../test.h"
#include <semaphore.h>
#include <sys/mman.h>

static sem_t *sem;

static int
other (void *arg)
{
  return sem_wait (sem) || sem_post (sem + 1);
}

int
main (void)
{
  sem = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NEED (sem != MAP_FAILED);
  if (sem_init (sem, 1, 0))
    {
      CHECK (errno == ENOTSUP || errno == ENOSYS);
      unsupported ("libc's sem_init has no process-shared semaphores");
    }
  CHECK (sem_init (sem + 1, 1, 0) == 0);
  pid_t pid = child (other, NULL);
  nap (100);
  CHECK (sem_post (sem) == 0 && sem_wait (sem + 1) == 0);
  CHECK (ended (pid) == 0);
  return verdict ();
}
