/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For how long is a thread still to wait?

   The kernel does not tell how much of a timeout has passed, only for how many of
   its seconds a thread has slept, about.  But a thread that enters a wait writes to
   its stack: one that is found in the same wait as at the checkpoint before, and
   whose stack has not been written to since, has been waiting all the time between
   them.  What is claimed to have passed is never more than what has.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define CLOCK_STEP	20000	/* Twice the kernel's clock tick, microseconds.  */
/* A thread that the kernel says has slept for N seconds has for more than N minus
   this many microseconds: its seconds begin at any time, and a thread's time
   of falling asleep may be as old as the quantum it ran in.  */
#define SLEPT_LESS	1250000

/* Has the page at ADDRESS of T not been written to since the last
   checkpoint?  */
static bool
untouched (const struct ckpt_hooks *hooks, const struct cap_task *t,
	   vm_address_t address)
{
  vm_address_t page = trunc_page (address);
  struct cap_region *r = t->regions, *end_r = r + t->nregions;
  uint8_t bitmap = 0;
  enum chain end;
  bool same = false;

  while (r < end_r && !(r->region.start <= page && page < r->region.end))
    r++;
  if (r == end_r || !r->has_data)
    return false;
  if (r->old >= 0)
    return true;
  struct snapshot *s = &r->snapshot;
  struct snapshot *base = s->tracked ? find_base (t->known, s) : NULL;
  if (base && snapshot_open (s) == 0 && snapshot_open (base) == 0)
    same = (chain_walk (hooks, s->data + (page - s->start), CI_PAGE,
			base->data + (page - base->start), &bitmap, &end) == 0
	    && end == CHAIN_MET && bitmap == 0);
  if (base)
    {
      snapshot_close (s);
      snapshot_close (base);
    }
  return same;
}

/* What the last checkpoint noted of the wait that NOTE describes, or NULL.  */
static const struct wait_note *
noted (const struct ckpt_env *env, const struct wait_note *note)
{
  for (uint32_t i = 0; i < env->nwaits; i++)
    {
      const struct wait_note *w = &env->waits[i];
      if (w->task == note->task && w->thread == note->thread
	  && memcmp (w->what, note->what, sizeof w->what) == 0)
	return w;
    }
  return NULL;
}

static void
describe (struct wait_note *note, const struct ci_thread *t,
	  const struct cap_thread *c, const struct cap_task *ct)
{
  const uint32_t what[] = { c->sp, t->regs[CI_EIP], c->timeout_address,
			    c->timeout, c->receive, c->msg };
  note->task = ct->known->id;
  note->thread = c->address;
  memcpy (note->what, what, sizeof note->what);
}

error_t
cap_waits (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ci.nthreads; i++)
    {
      struct ci_thread *t = &image->ci.threads[i];
      const struct cap_thread *c = &image->threads[i];
      const struct cap_task *ct = &image->tasks[t->task];
      if (t->wait != CI_WAIT_TRAP || c->timeout_address == 0)
	continue;
      struct wait_note *note = ci_append (&image->waits, &image->nwaits,
					  sizeof *note);
      if (note == NULL)
	return ENOMEM;
      describe (note, t, c, ct);
      note->since = image->moment;
      if (c->slept * 1000000LL > SLEPT_LESS)
	note->since -= c->slept * 1000000LL - SLEPT_LESS;
      const struct wait_note *old = noted (image->env, note);
      if (old && old->since < note->since
	  && untouched (image->env->hooks, ct, c->sp))
	note->since = old->since;
      int64_t waited = (image->moment - note->since - CLOCK_STEP) / 1000;
      if (waited <= 0)
	continue;
      /* Not 0: that could mean for ever, or not at all.  */
      t->timeout_address = c->timeout_address;
      t->timeout = waited < c->timeout ? c->timeout - waited : 1;
    }
  return 0;
}
