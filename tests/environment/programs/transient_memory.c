/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that need not be saved is zero after a restore, and can be used again; its
   neighbours, and what is to be saved after all, are as they were.  */
#include <ckpt.h>
#include <sys/mman.h>
#include "../env.h"

#define PART	(16 * 4096)

PROGRAM (transient_memory)
{
  char *p = SYS (mmap (NULL, 4 * PART, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  env_pattern (p, 4 * PART, 1);
  CHECK (ckpt_transient (p + 1, PART) == EINVAL, "half a page");
  CHECK (ckpt_saved (p, PART) == ENOENT, "it never was");
  MUST (ckpt_transient (p + PART, PART));
  MUST (ckpt_transient (p + 3 * PART, PART));
  MUST (ckpt_saved (p + 3 * PART, PART));
  unsigned int restored = ckpt_restored_count ();
  env_wait ();
  char before[4 * PART];
  env_pattern (before, sizeof before, 1);
  if (ckpt_restored_count () != restored)
    memset (before + PART, 0, PART);
  for (int i = 0; i < 4; i++)
    CHECK (memcmp (p + i * PART, before + i * PART, PART) == 0,
	   "part %d is not as it should be: %#x, not %#x, restored %u times", i,
	   *(int *) (p + i * PART), *(int *) (before + i * PART),
	   ckpt_restored_count () - restored);
  env_pattern (p + PART, PART, 2);
  CHECK (env_is_pattern (p + PART, PART, 2), "it cannot be written to");
}
