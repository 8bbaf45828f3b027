/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links in shared memory, with a lock of atomic instructions.  */

#include <string.h>
#include "torture.h"

void
memory_send (struct link *l)
{
  bool more = true;

  while (more && !torture_failed ())
    {
      more = torture_next (l);
      for (bool sent = false; !sent;)
	{
	  torture_lock (&l->lock);
	  if (l->head - l->tail < SLOTS)
	    {
	      uint32_t *slot = l->slot[l->head % SLOTS];
	      slot[0] = ++l->sent;
	      slot[1] = !more;
	      torture_payload (l, l->sent, slot + 2, 56);
	      l->head++;
	      sent = true;
	    }
	  torture_unlock (&l->lock);
	  if (!sent && !torture_pause (10))
	    return;
	}
    }
}

void
memory_receive (struct link *l)
{
  uint32_t slot[16] = { 0 }, expected[14];

  while (!slot[1])
    {
      bool got = false;
      torture_lock (&l->lock);
      if (l->head != l->tail)
	{
	  memcpy (slot, l->slot[l->tail % SLOTS], sizeof slot);
	  l->tail++;
	  got = true;
	}
      torture_unlock (&l->lock);
      if (!got)
	{
	  if (!torture_pause (10))
	    return;
	  continue;
	}
      uint32_t seq = l->received + 1;
      size_t len = torture_payload (l, seq, expected, sizeof expected);
      if (slot[0] != seq)
	torture_fail (l, "message %u instead of %u", slot[0], seq);
      else if (memcmp (slot + 2, expected, len))
	torture_fail (l, "message %u has other contents", seq);
      torture_got (l, seq);
    }
  l->ended = true;
}
