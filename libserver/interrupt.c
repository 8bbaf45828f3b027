/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interrupting requests.  */

#include "internal.h"

void
sv_interrupt_rpc (struct sv_rpc *rpc)
{
  rpc->interrupted = true;
  if (rpc->cond == NULL)
    return;

  /* Its lock is taken so that the wakeup does not come between its last look
     and its wait; it cannot go away while it has wakers.  */
  rpc->wakers++;
  pthread_mutex_unlock (&sv_lock);
  pthread_mutex_lock (rpc->lock);
  pthread_cond_broadcast (rpc->cond);
  pthread_mutex_unlock (rpc->lock);
  pthread_mutex_lock (&sv_lock);
  if (--rpc->wakers == 0)
    pthread_cond_broadcast (&rpc->bucket->resume);
}

void
sv_interrupt_port (struct sv_port *port, bool all, mach_port_seqno_t seqno)
{
  struct sv_rpc *rpc;
  do
    for (rpc = port->rpcs; rpc; rpc = rpc->port_next)
      if (rpc != sv_current && !rpc->interrupted
	  && (all || (int) (rpc->seqno - seqno) < 0))
	{
	  sv_interrupt_rpc (rpc);
	  break;		/* The list may have changed.  */
	}
  while (rpc);
}

void
sv_interrupt_reply (struct sv_bucket *b, mach_port_t reply)
{
  struct sv_rpc *rpc;
  do
    for (rpc = b->rpcs; rpc; rpc = rpc->all_next)
      if (rpc->watched && rpc->reply == reply && !rpc->interrupted)
	{
	  sv_interrupt_rpc (rpc);
	  break;
	}
  while (rpc);
}
