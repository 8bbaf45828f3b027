/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The io protocol's side of a socket.  */

#include <hurd.h>
#include <string.h>
#include <unistd.h>
#include "pflocal.h"

/* Exchange the node's lock for that of all sockets, and back.  */
static struct sock *
enter (struct fs_node *node)
{
  pthread_mutex_unlock (&node->lock);
  pthread_mutex_lock (&pf_lock);
  return node->data;
}

static error_t
leave (struct fs_node *node, error_t err)
{
  pthread_mutex_unlock (&pf_lock);
  pthread_mutex_lock (&node->lock);
  return err;
}

static error_t
ops_stat (struct fs_node *node, io_statbuf_t *st)
{
  struct sock *s = enter (node);

  memset (st, 0, sizeof *st);
  st->st_fstype = FSTYPE_SOCKET;
  st->st_fsid = getpid ();
  st->st_ino = s->ino;
  st->st_nlink = 1;
  st->st_mode = s->mode | (S_ISFIFO (s->mode) ? 0600 : 0777);
  st->st_uid = st->st_author = s->uid;
  st->st_gid = s->gid;
  st->st_atim = s->atime;
  st->st_mtim = s->mtime;
  st->st_ctim = s->ctime;
  st->st_blksize = QUEUE_ATOMIC;
  st->st_size = queue_readable (&s->in);
  return leave (node, 0);
}

static error_t
ops_read (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	  size_t *len, void *data, int flags)
{
  struct sock *s = enter (node);
  size_t want = *len;
  error_t err;

  *len = 0;
  err = want == 0 ? 0 : sock_wait_readable (s, flags);
  if (err == 0 && want > 0 && s->in.packets > 0)
    {
      *len = queue_read (&s->in, data, want, false, NULL);
      sock_consumed (s);
    }
  return leave (node, err);
}

static error_t
ops_write (struct fs_cred *cred, struct fs_node *node, loff_t offset,
	   size_t *len, const void *data, int flags)
{
  struct sock *s = enter (node);

  /* A datagram socket may be connected to an address instead of a socket.  */
  if (s->type == SOCK_DGRAM && s->peer == NULL && s->peer_addr != NULL)
    {
      struct packet *p = packet_create (data, *len);
      error_t err = 0;

      if (p == NULL)
	return leave (node, ENOMEM);
      p->record = true;
      err = addr_of (s, (struct addr **) &p->from);
      if (err == 0)
	err = (s->peer_addr->sock == NULL ? ECONNREFUSED
	       : sock_put (s, s->peer_addr->sock, p, flags));
      if (err != 0)
	packet_destroy (p);
      return leave (node, err);
    }
  return leave (node, sock_write (s, NULL, data, len, flags));
}

static error_t
ops_readable (struct fs_node *node, loff_t offset, size_t *amount)
{
  struct sock *s = enter (node);

  *amount = queue_readable (&s->in);
  return leave (node, 0);
}

static int
ready (struct sock *s)
{
  struct sock *to = s->peer;
  int types = 0;

  if (s->in.packets > 0 || s->pending != NULL || s->eof || s->no_read
      || s->closed || (s->type != SOCK_DGRAM && s->state == DISCONNECTED))
    types |= SELECT_READ;
  /* A write that fails at once does not wait either.  */
  if (s->state != LISTENING
      && (to == NULL || s->no_write || to->closed || to->no_read
	  || queue_has_room (&to->in, QUEUE_ATOMIC)))
    types |= SELECT_WRITE;
  return types;
}

static error_t
ops_select (struct fs_node *node, int *type, const struct timespec *abstime)
{
  struct sock *s = enter (node);
  error_t err = 0;

  if (s->peer != NULL && (ready (s) & *type) == 0)
    sock_check (s->peer);
  for (;;)
    {
      int now = ready (s) & *type;

      if (now != 0 || err == ETIMEDOUT)
	{
	  *type = now;
	  return leave (node, 0);
	}
      if (err != 0)
	return leave (node, err);
      err = sv_wait (&s->changed, &pf_lock, abstime);
    }
}

static void
ops_close (struct fs_node *node, int flags)
{
  sock_close (enter (node));
  leave (node, 0);
}

static void
ops_free (struct fs_node *node)
{
  pthread_mutex_lock (&pf_lock);
  sock_unref (node->data);
  pthread_mutex_unlock (&pf_lock);
}

/* There is nothing below that could be in step with it: libc makes EINVAL of
   this.  */
static error_t
ops_sync (struct fs_node *node [[maybe_unused]], bool wait [[maybe_unused]])
{
  return EOPNOTSUPP;
}

/* Neither a pipe nor a socket has a size.  */
static error_t
ops_truncate (struct fs_node *node, loff_t size)
{
  return EINVAL;
}

const struct fs_ops sock_ops =
{
  .stat = ops_stat, .read = ops_read, .write = ops_write,
  .readable = ops_readable, .select = ops_select, .close = ops_close,
  .free = ops_free, .sync = ops_sync, .truncate = ops_truncate,
};
