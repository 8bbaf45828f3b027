/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System V shared memory and semaphores.  */

#include "../test.h"
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>

int
main (void)
{
  int id = shmget (IPC_PRIVATE, 8192, IPC_CREAT | 0600);
  if (id < 0)
    printf ("shmget: %s\n", strerror (errno));
  else
    {
      char *p = shmat (id, NULL, 0);
      CHECK (p != (char *) -1);
      p[0] = 'x';
      CHECK (shmdt (p) == 0 && shmctl (id, IPC_RMID, NULL) == 0);
    }
  int s = semget (IPC_PRIVATE, 1, IPC_CREAT | 0600);
  if (s < 0 && errno == ENOSYS)
    unsupported ("libc's semget is a stub");
  return verdict ();
}
