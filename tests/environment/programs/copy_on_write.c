/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A family of processes that inherited memory copy-on-write at different times,
   and changed it.  */

#include "../env.h"

#define PAGES 40
static uint32_t *data;

static int
member (void *arg)
{
  int depth = (int) (intptr_t) arg;
  pid_t pid = 0;
  env_pattern (data + depth * 4 * 1024, 2 * 4096, 100 + depth);
  if (depth < 4)
    pid = env_fork (member, (void *) (intptr_t) (depth + 1));
  env_pattern (data + (20 + depth) * 1024, 4096, 200 + depth);
  if (depth == 4)
    env_ready ();
  env_await_end ();
  for (int i = 0; i < 5; i++)
    {
      CHECK (env_is_pattern (data + i * 4 * 1024, 2 * 4096,
			     i <= depth ? 100 + i : 0)
	     || i > depth, "%d: %d", depth, i);
      CHECK (i != depth || env_is_pattern (data + (20 + i) * 1024, 4096,
					   200 + i), "%d own", depth);
      CHECK (i == depth || data[(20 + i) * 1024] == 0, "%d: %d's", depth, i);
    }
  if (pid)
    env_join (pid);
  return 0;
}

PROGRAM (copy_on_write)
{
  data = calloc (PAGES, 4096);
  member (NULL);
}
