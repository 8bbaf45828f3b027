/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A big map of which only some pages were touched.  */

#include <sys/mman.h>
#include "../env.h"

#define SIZE (600UL << 20)
#define STEP (50UL << 20)

PROGRAM (sparse)
{
  char *map = mmap (NULL, SIZE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK (map != MAP_FAILED, "%s", strerror (errno));
  for (size_t i = 0; i < SIZE; i += STEP)
    env_pattern (map + i, 4096, i >> 20);
  /* Touched, but only read: zeros.  */
  for (size_t i = 4096; i < 64 * 4096; i += 4096)
    CHECK (map[i] == 0, "%d", map[i]);
  env_wait ();
  for (size_t i = 0; i < SIZE; i += STEP)
    {
      CHECK (env_is_pattern (map + i, 4096, i >> 20), "%zu", i);
      CHECK (map[i + 4096] == 0 && map[i + STEP - 1] == 0, "%zu", i);
    }
}
