/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.c - what differs between two checkpoints.  */

#include "priv.h"

error_t
store_diff (struct store_ckpt *a, struct store_ckpt *b,
	    error_t (*callback) (void *, uint64_t, uint64_t), void *arg)
{
  struct view va = ckpt_p (a), vb = ckpt_p (b);
  struct key k = KEY (0, 0);

  for (;;)
    {
      struct kv ea, eb;
      error_t ra = view_ceil (&va, k, &ea), rb = view_ceil (&vb, k, &eb);
      if ((ra && ra != ENOENT) || (rb && rb != ENOENT))
	return ra && ra != ENOENT ? ra : rb;
      if (ra && rb)
	return 0;

      int c = ra ? 1 : rb ? -1 : key_cmp (ea.k, eb.k);
      k = c <= 0 ? ea.k : eb.k;
      if (c != 0 || memcmp (ea.v, eb.v, sizeof ea.v) != 0)
	{
	  error_t err = callback (arg, k.hi, k.lo ? k.lo - 1 : UINT64_MAX);
	  if (err)
	    return err;
	}
      if (!key_next (&k))
	return 0;
    }
}
