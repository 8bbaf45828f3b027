/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data from socket to socket.  */

#include <hurd.h>
#include <stdlib.h>
#include "pflocal.h"

/* Whether reading from S need not wait: something, the end, or an error.  */
static bool
readable (struct sock *s)
{
  return s->in.packets > 0 || s->eof || s->no_read || s->closed;
}

error_t
sock_wait_readable (struct sock *s, int flags)
{
  error_t err = 0;

  if (!readable (s) && (flags & O_NONBLOCK) && s->peer != NULL)
    sock_check (s->peer);
  while (err == 0 && !readable (s))
    {
      if (s->type != SOCK_DGRAM && s->state != CONNECTED)
	return s->state == DISCONNECTED ? 0 : ENOTCONN;
      if (flags & O_NONBLOCK)
	return EWOULDBLOCK;
      s->readers++;
      err = sv_wait (&s->changed, &pf_lock, NULL);
      s->readers--;
    }
  return err;
}

/* Whether FROM may still send to TO; the error if not.  */
static error_t
can_send (struct sock *from, struct sock *to)
{
  if (from->no_write)
    return EPIPE;
  if (to == NULL && from->state != DISCONNECTED)
    return ENOTCONN;
  if (to == NULL)
    return from->type == SOCK_DGRAM ? ECONNREFUSED : EPIPE;
  if (to->closed)
    return from->type == SOCK_DGRAM ? ECONNREFUSED : EPIPE;
  if (to->no_read)
    return EPIPE;
  return 0;
}

void
sock_consumed (struct sock *s)
{
  clock_gettime (CLOCK_REALTIME, &s->atime);
  pthread_cond_broadcast (&s->changed);
  if (s->peer != NULL)
    pthread_cond_broadcast (&s->peer->changed);
}

static void
arrived (struct sock *to)
{
  clock_gettime (CLOCK_REALTIME, &to->mtime);
  pthread_cond_broadcast (&to->changed);
}

error_t
sock_put (struct sock *from, struct sock *to, struct packet *p, int flags)
{
  size_t len = p->end;
  error_t err;

  if (len > QUEUE_SIZE)
    return EMSGSIZE;
  sock_ref (to);
  while ((err = can_send (from, to)) == 0 && !queue_has_room (&to->in, len))
    {
      err = (flags & O_NONBLOCK ? EWOULDBLOCK
	     : sv_wait (&to->changed, &pf_lock, NULL));
      if (err != 0)
	break;
    }
  if (err == 0)
    {
      queue_put (&to->in, p);
      arrived (to);
    }
  sock_unref (to);
  return err;
}

/* How much of LEN bytes may be appended to Q now: all of few, some of many.  */
static size_t
portion (const struct queue *q, size_t len)
{
  size_t room = q->bytes >= QUEUE_SIZE ? 0 : QUEUE_SIZE - q->bytes;

  if (q->packets >= QUEUE_RECORDS)
    return 0;
  if (len <= QUEUE_ATOMIC)
    return room >= len ? len : 0;
  return len < room ? len : room;
}

static error_t
stream_write (struct sock *s, const char *data, size_t *len, int flags)
{
  size_t done = 0, want = *len;
  error_t err = 0;

  *len = 0;
  if (s->peer != NULL && s->peer->readers == 0)
    sock_check (s->peer);
  while (err == 0)
    {
      struct sock *to = s->peer;
      size_t n;

      err = can_send (s, to);
      if (err != 0 || done == want)
	break;
      /* Only what was short to begin with is kept together.  */
      n = portion (&to->in, want);
      if (n > want - done)
	n = want - done;
      if (n == 0)
	{
	  if (flags & O_NONBLOCK)
	    {
	      err = EWOULDBLOCK;
	      break;
	    }
	  sock_ref (to);
	  err = sv_wait (&to->changed, &pf_lock, NULL);
	  sock_unref (to);
	  continue;
	}
      err = queue_write (&to->in, data + done, n);
      if (err == 0)
	{
	  done += n;
	  arrived (to);
	}
    }
  *len = done;
  return done > 0 ? 0 : err;
}

error_t
sock_write (struct sock *s, struct packet *p, const void *data, size_t *len,
	    int flags)
{
  error_t err;

  if (s->type == SOCK_STREAM && p == NULL)
    return stream_write (s, data, len, flags);
  err = can_send (s, s->peer);
  if (err != 0)
    return err;
  if (p == NULL)
    {
      p = packet_create (data, *len);
      if (p == NULL)
	return ENOMEM;
      p->record = s->type != SOCK_STREAM;
      err = sock_put (s, s->peer, p, flags);
      if (err != 0)
	packet_destroy (p);
      return err;
    }
  return sock_put (s, s->peer, p, flags);
}
