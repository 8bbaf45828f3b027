/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop of a serving thread.  */

#include <stdlib.h>
#include "internal.h"

/* No request or reply of the interfaces is longer but for what their authors
   put inline without limit; such a request makes its thread's buffer grow.  */
#define BUFFER_SIZE	(16 * 1024)

struct buffers
{
  mach_msg_header_t *request;
  size_t size;
  mig_reply_header_t *reply;
};

/* Send BUF's reply if SEND, and receive the next request if RECEIVE.  */
static mach_msg_return_t
transfer (struct sv_bucket *b, struct buffers *buf, bool send, bool receive)
{
  mach_msg_header_t *msg = send ? &buf->reply->Head : buf->request;
  mach_msg_option_t option = MACH_MSG_OPTION_NONE;

  if (send)
    {
      option |= MACH_SEND_MSG;
      /* A client that made a send right for its reply port has to keep room
	 in its queue.  */
      if (MACH_MSGH_BITS_REMOTE (msg->msgh_bits)
	  != MACH_MSG_TYPE_MOVE_SEND_ONCE)
	option |= MACH_SEND_TIMEOUT;
    }
  if (!receive)
    return mach_msg (msg, option, msg->msgh_size, 0, MACH_PORT_NULL, 0,
		     MACH_PORT_NULL);
  if (!send)
    return mach_msg (msg, MACH_RCV_MSG | MACH_RCV_LARGE, 0, buf->size, b->set,
		     0, MACH_PORT_NULL);

  /* One trap for both; the request comes into the reply's buffer, which is
     never smaller than BUFFER_SIZE.  */
  mach_msg_return_t mr
    = mach_msg (msg, option | MACH_RCV_MSG | MACH_RCV_LARGE, msg->msgh_size,
		BUFFER_SIZE, b->set, 0, MACH_PORT_NULL);
  if (mr == MACH_MSG_SUCCESS)
    {
      if (buf->size > BUFFER_SIZE)
	{
	  void *small = realloc (buf->request, BUFFER_SIZE);
	  if (small)
	    buf->request = small;
	  buf->size = BUFFER_SIZE;
	}
      mach_msg_header_t *request = msg;
      buf->reply = (mig_reply_header_t *) buf->request;
      buf->request = request;
    }
  else if (mr == MACH_RCV_TOO_LARGE)
    buf->request->msgh_size = msg->msgh_size;
  return mr;
}

/* Sending BUF's reply has come to MR: release what it still holds.  */
static void
not_sent (struct buffers *buf, mach_msg_return_t mr)
{
  switch (mr)
    {
    case MACH_SEND_INVALID_RIGHT:
    case MACH_SEND_INVALID_TYPE:
    case MACH_SEND_INVALID_MEMORY:
      break;			/* The kernel has taken it apart.  */
    default:
      /* Its receiver is gone, or its queue is full.  */
      if ((mr & ~0x3fff) == MACH_SEND_IN_PROGRESS - 1)
	mach_msg_destroy (&buf->reply->Head);
    }
}

/* Receive one request into BUF, after sending BUF's reply if SEND.  */
static void
next_request (struct sv_bucket *b, struct buffers *buf, bool send)
{
  for (;;)
    {
      mach_msg_return_t mr = transfer (b, buf, send, true);
      switch (mr)
	{
	case MACH_MSG_SUCCESS:
	  return;
	case MACH_RCV_TOO_LARGE:
	  {
	    size_t size = buf->request->msgh_size + 1024;
	    void *larger = realloc (buf->request, size);
	    if (larger)
	      {
		buf->request = larger;
		buf->size = size;
	      }
	    break;
	  }
	case MACH_RCV_INVALID_NAME:
	case MACH_RCV_PORT_DIED:
	case MACH_RCV_PORT_CHANGED:
	  abort ();		/* Our own set.  */
	default:
	  if (send)
	    not_sent (buf, mr);
	}
      send = false;
    }
}

/* A sentinel of ROUND has come.  */
static void
check_in (struct sv_bucket *b, unsigned int round)
{
  pthread_mutex_lock (&sv_lock);
  if (b->gate == SV_DRAINING && (b->round & SV_ROUND_MASK) == round)
    {
      round = b->round;
      b->idle--;
      b->checked++;
      b->checkins++;
      pthread_cond_broadcast (&b->changed);
      while (b->gate == SV_CLOSED
	     || (b->gate == SV_DRAINING && b->round == round))
	pthread_cond_wait (&b->resume, &sv_lock);
      b->checked--;
      b->idle++;
    }
  pthread_mutex_unlock (&sv_lock);
}

/* Become running; returns when the gate is open.  */
static void
begin (struct sv_bucket *b)
{
  pthread_mutex_lock (&sv_lock);
  b->idle--;
  while (b->gate == SV_CLOSED)
    pthread_cond_wait (&b->resume, &sv_lock);
  b->running++;
  b->activity++;
  if (b->idle == 0)
    sv_bucket_grow (b);
  pthread_mutex_unlock (&sv_lock);
}

/* End running.  Rest when enough others idle, after sending the reply (SEND);
   returns true if it is still to be sent.  */
static bool
end (struct sv_bucket *b, struct buffers *buf, bool send)
{
  pthread_mutex_lock (&sv_lock);
  if (b->idle >= b->keep)
    {
      pthread_mutex_unlock (&sv_lock);
      if (send)
	not_sent (buf, transfer (b, buf, true, false));
      send = false;
      pthread_mutex_lock (&sv_lock);
      b->running--;
      pthread_cond_broadcast (&b->changed);
      b->spare++;
      while (b->calls == 0)
	pthread_cond_wait (&b->called, &sv_lock);
      b->calls--;
      b->spare--;
    }
  else
    {
      b->running--;
      b->idle++;
      if (b->gate == SV_DRAINING)
	pthread_cond_broadcast (&b->changed);
    }
  pthread_mutex_unlock (&sv_lock);
  return send;
}

void *
sv_worker (void *bucket)
{
  struct sv_bucket *b = bucket;
  struct buffers buf = { malloc (BUFFER_SIZE), BUFFER_SIZE,
			 malloc (BUFFER_SIZE) };
  bool send = false;

  if (buf.request == NULL || buf.reply == NULL)
    abort ();
  for (;;)
    {
      next_request (b, &buf, send);
      send = false;
      if (buf.request->msgh_local_port == b->control
	  && (buf.request->msgh_id & ~SV_ROUND_MASK) == SV_SENTINEL_ID)
	{
	  check_in (b, buf.request->msgh_id & SV_ROUND_MASK);
	  continue;
	}
      begin (b);
      send = sv_handle (b, buf.request, buf.reply);
      send = end (b, &buf, send);
    }
}
