/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of a parent that its children have changed, and the other way round.  */

#include "../env.h"

#define SIZE (64 * 4096)

static char *data;

static int
child (void *arg)
{
  int n = (intptr_t) arg;
  for (int i = n; i < 64; i += 4)
    data[i * 4096] = n + 1;
  env_await_end ();
  for (int i = 0; i < 64; i++)
    CHECK (data[i * 4096] == (i % 4 == n && i >= n ? n + 1 : 100), "%d: %d", i,
	   data[i * 4096]);
  return 0;
}

PROGRAM (cow_between_tasks)
{
  pid_t pids[4];
  data = malloc (SIZE + 4096);
  for (int i = 0; i < 64; i++)
    data[i * 4096] = 100;
  for (intptr_t i = 0; i < 4; i++)
    pids[i] = env_fork (child, (void *) i);
  for (int i = 0; i < 64; i++)
    data[i * 4096] = 50;
  env_wait ();
  for (int i = 0; i < 64; i++)
    CHECK (data[i * 4096] == 50, "%d: %d", i, data[i * 4096]);
  for (int i = 0; i < 4; i++)
    env_join (pids[i]);
}
