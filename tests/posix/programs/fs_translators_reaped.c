/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who starts passive translators waits for them: none stays a zombie.  */

#include <hurd.h>
#include <hurd/process.h>
#include "../test.h"

static int
zombies (void)
{
  pid_t *pids = NULL;
  mach_msg_type_number_t n = 0;
  int count = 0;

  if (proc_getallpids (getproc (), &pids, &n))
    return -1;
  for (mach_msg_type_number_t i = 0; i < n; i++)
    {
      struct procinfo info;
      int *words = (int *) &info, flags = 0;
      mach_msg_type_number_t nwords = sizeof info / sizeof *words, nwaits = 0;
      char *waits = NULL;

      if (proc_getprocinfo (getproc (), pids[i], &flags, &words, &nwords,
			    &waits, &nwaits))
	continue;
      if (((struct procinfo *) words)->state & PI_ZOMBIE)
	count++;
      if (words != (int *) &info)
	vm_deallocate (mach_task_self (), (vm_address_t) words,
		       nwords * sizeof *words);
    }
  vm_deallocate (mach_task_self (), (vm_address_t) pids, n * sizeof *pids);
  return count;
}

int
main (void)
{
  int before = zombies (), now = -1;

  NEED (before >= 0 && put ("n", "plain") == 0);
  CHECK (system ("settrans n /hurd/null") == 0);
  for (int i = 0; i < 3; i++)
    {
      CHECK (holds ("n", ""));
      CHECK (system ("settrans -ag n") == 0);
    }
  for (int i = 0; i < 50 && now != before; i++)
    {
      usleep (100000);
      now = zombies ();
    }
  printf ("zombies: %d before, %d now\n", before, now);
  CHECK (now == before);
  return verdict ();
}
