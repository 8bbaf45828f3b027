/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handling one request.  */

#include <string.h>
#include "internal.h"

#define INTERRUPT_ID	33000

__thread struct sv_rpc *sv_current;

static const mach_msg_type_t code_type =
{
  .msgt_name = MACH_MSG_TYPE_INTEGER_32,
  .msgt_size = 32,
  .msgt_number = 1,
  .msgt_inline = TRUE,
};

/* Fill *REPLY as an answer to REQUEST with CODE.  */
static void
make_reply (mig_reply_header_t *reply, const mach_msg_header_t *request,
	    mach_port_t port, kern_return_t code)
{
  reply->Head.msgh_bits
    = MACH_MSGH_BITS (MACH_MSGH_BITS_REMOTE (request->msgh_bits), 0);
  reply->Head.msgh_size = sizeof *reply;
  reply->Head.msgh_remote_port = port;
  reply->Head.msgh_local_port = MACH_PORT_NULL;
  reply->Head.msgh_seqno = 0;
  reply->Head.msgh_id = request->msgh_id + 100;
  reply->RetCodeType = code_type;
  reply->RetCode = code;
}

void
sv_reply_early (error_t code)
{
  struct sv_rpc *rpc = sv_current;
  mig_reply_header_t reply;

  if (rpc == NULL || !MACH_PORT_VALID (rpc->reply))
    return;
  make_reply (&reply, rpc->request, rpc->reply, code);
  rpc->reply = MACH_PORT_NULL;
  rpc->answered = true;
  if (mach_msg (&reply.Head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof reply,
		0, MACH_PORT_NULL, 0, MACH_PORT_NULL) != MACH_MSG_SUCCESS)
    mach_msg_destroy (&reply.Head);
}

static void
begin (struct sv_rpc *rpc)
{
  struct sv_bucket *b = rpc->bucket;

  pthread_mutex_lock (&sv_lock);
  rpc->all_next = b->rpcs;
  rpc->all_prevp = &b->rpcs;
  if (rpc->all_next)
    rpc->all_next->all_prevp = &rpc->all_next;
  b->rpcs = rpc;
  struct sv_port *port = sv_table_find (rpc->request->msgh_local_port);
  if (port)
    {
      port->refs++;
      rpc->port = port;
      rpc->port_next = port->rpcs;
      rpc->port_prevp = &port->rpcs;
      if (rpc->port_next)
	rpc->port_next->port_prevp = &rpc->port_next;
      port->rpcs = rpc;
      /* The interruption may have overtaken it in another thread.  */
      if (port->interrupted
	  && (int) (rpc->seqno - port->interrupt_seqno) < 0)
	rpc->interrupted = true;
    }
  pthread_mutex_unlock (&sv_lock);
}

/* RPC, which came to NAME, is done with.  */
static void
end (struct sv_rpc *rpc, mach_port_t name)
{
  pthread_mutex_lock (&sv_lock);
  *rpc->all_prevp = rpc->all_next;
  if (rpc->all_next)
    rpc->all_next->all_prevp = rpc->all_prevp;
  if (rpc->port)
    {
      *rpc->port_prevp = rpc->port_next;
      if (rpc->port_next)
	rpc->port_next->port_prevp = rpc->port_prevp;
    }
  while (rpc->wakers)
    pthread_cond_wait (&rpc->bucket->resume, &sv_lock);
  if (rpc->port && rpc->port->right)
    rpc->port->done++;
  else
    sv_retired_done (name);
  pthread_mutex_unlock (&sv_lock);
  sv_unref (rpc->port);
}

/* Answer interrupt_operation.  */
static bool
interrupt (struct sv_rpc *rpc, mig_reply_header_t *reply)
{
  if (rpc->request->msgh_id != INTERRUPT_ID)
    return false;
  if (rpc->request->msgh_size != sizeof *rpc->request
      || (rpc->request->msgh_bits & MACH_MSGH_BITS_COMPLEX))
    reply->RetCode = MIG_BAD_ARGUMENTS;
  else if (rpc->port == NULL)
    reply->RetCode = EOPNOTSUPP;
  else
    {
      pthread_mutex_lock (&sv_lock);
      rpc->port->interrupted = true;
      rpc->port->interrupt_seqno = rpc->seqno;
      sv_interrupt_port (rpc->port, false, rpc->seqno);
      pthread_mutex_unlock (&sv_lock);
      reply->RetCode = 0;
    }
  return true;
}

/* Nobody waits for the answer to REQUEST any more: it is not done at all.  Of a client
   that was interrupted by a signal, and has not heard from us within the second
   that the C library waits, the same request comes again, and must not be done
   twice.  One that waits for several servers at once has an answer from another, and
   would be waited for in vain, with its port held, for no notification tells
   that what is dead dies.  */
static bool
given_up (const mach_msg_header_t *request, mig_reply_header_t *reply)
{
  if (request->msgh_remote_port != MACH_PORT_DEAD)
    return false;
  reply->RetCode = EINTR;
  return true;
}

bool
sv_handle (struct sv_bucket *b, mach_msg_header_t *request,
	   mig_reply_header_t *reply)
{
  struct sv_rpc rpc =
  {
    .bucket = b,
    .request = request,
    .reply = request->msgh_remote_port,
    .seqno = request->msgh_seqno,
  };
  bool known;

  mach_msg_header_t head = *request; /* Stubs may write to theirs.  */

  begin (&rpc);
  sv_current = &rpc;
  if (rpc.port && rpc.port->class->arrive)
    rpc.port->class->arrive (rpc.port, &head);
  make_reply (reply, request, rpc.reply, MIG_BAD_ID);
  if (sv_notification (b, rpc.port, request))
    {
      reply->RetCode = MIG_NO_REPLY;
      known = true;
    }
  else
    known = interrupt (&rpc, reply) || given_up (request, reply);
  if (!known && !sv_well_formed (request))
    {
      reply->RetCode = MIG_BAD_ARGUMENTS;
      known = true;
    }
  for (const sv_demuxer *d = b->demuxers; !known && d && *d; d++)
    known = (*d) (request, &reply->Head);
  if (!known)
    make_reply (reply, request, rpc.reply, MIG_BAD_ID);
  if (rpc.port && rpc.port->class->depart)
    rpc.port->class->depart (rpc.port, &head);
  sv_current = NULL;
  end (&rpc, head.msgh_local_port);

  if (reply->RetCode == MIG_NO_REPLY)
    return false;
  bool complex = reply->Head.msgh_bits & MACH_MSGH_BITS_COMPLEX;
  if (reply->RetCode != KERN_SUCCESS && !complex)
    {
      /* The handler has taken nothing.  The right to reply is still needed.  */
      request->msgh_remote_port = MACH_PORT_NULL;
      mach_msg_destroy (request);
    }
  if (MACH_PORT_VALID (reply->Head.msgh_remote_port))
    return true;
  if (complex)
    mach_msg_destroy (&reply->Head);
  return false;
}
