/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sockets: their life and their state.  */

#include <stdlib.h>
#include <hurd.h>
#include "pflocal.h"

pthread_mutex_t pf_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t next_ino = 100;

error_t
sock_create (int type, mode_t mode, const struct fs_ids *ids,
	     struct sock **sock)
{
  struct sock *s = calloc (1, sizeof *s);

  if (s == NULL)
    return ENOMEM;
  s->refs = 1;
  s->type = type;
  s->mode = mode;
  s->uid = ids->nuids > 0 ? ids->uids[0] : (uid_t) -1;
  s->gid = ids->ngids > 0 ? ids->gids[0] : (gid_t) -1;
  clock_gettime (CLOCK_REALTIME, &s->ctime);
  s->atime = s->mtime = s->ctime;
  pthread_cond_init (&s->changed, NULL);
  pthread_mutex_lock (&pf_lock);
  s->ino = next_ino++;
  pthread_mutex_unlock (&pf_lock);
  *sock = s;
  return 0;
}

void
sock_ref (struct sock *s)
{
  s->refs++;
}

void
sock_unref (struct sock *s)
{
  if (--s->refs > 0)
    return;
  queue_clear (&s->in);
  if (s->addr != NULL)
    {
      s->addr->sock = NULL;
      sv_unref (s->addr);
    }
  sv_unref (s->peer_addr);
  if (s->peer != NULL)
    sock_unref (s->peer);
  pthread_cond_destroy (&s->changed);
  free (s);
}

void
sock_pair (struct sock *a, struct sock *b)
{
  a->peer = b;
  b->peer = a;
  sock_ref (a);
  sock_ref (b);
  a->state = b->state = CONNECTED;
  pthread_cond_broadcast (&a->changed);
  pthread_cond_broadcast (&b->changed);
}

void
sock_shutdown (struct sock *s, bool read, bool write)
{
  if (read)
    {
      s->no_read = true;
      queue_clear (&s->in);
    }
  if (write)
    {
      s->no_write = true;
      if (s->peer != NULL && s->type != SOCK_DGRAM)
	s->peer->eof = true;
    }
  pthread_cond_broadcast (&s->changed);
  if (s->peer != NULL)
    pthread_cond_broadcast (&s->peer->changed);
}

void
sock_close (struct sock *s)
{
  struct sock *peer = s->peer, *pending;

  s->closed = true;
  sock_shutdown (s, true, true);
  while ((pending = s->pending) != NULL)
    {
      s->pending = pending->next_pending;
      sock_close (pending);
      sock_unref (pending);
    }
  if (s->addr != NULL)
    s->addr->sock = NULL;
  if (peer != NULL)
    {
      /* What we sent stays readable there.  */
      s->peer = NULL;
      s->state = DISCONNECTED;
      if (peer->peer == s)
	{
	  peer->peer = NULL;
	  peer->state = DISCONNECTED;
	  sock_unref (s);
	}
      pthread_cond_broadcast (&peer->changed);
      sock_unref (peer);
    }
  pthread_cond_broadcast (&s->changed);
}

void
sock_check (struct sock *s)
{
  struct mach_port_status status;
  struct fs_cred *cred;
  bool gone = false;

  if (s->closed || s->port_id == 0)
    return;
  sock_ref (s);
  pthread_mutex_unlock (&pf_lock);
  cred = sv_lookup_id (s->port_id, &fs_cred_class);
  /* With more ports than this one, let the notifications come.  */
  if (cred != NULL && cred->open->refs == 1 && cred->port.right != 0
      && mach_port_get_receive_status (mach_task_self (), cred->port.right,
				       &status) == 0)
    gone = !status.mps_srights;
  sv_unref (cred);
  pthread_mutex_lock (&pf_lock);
  if (gone && !s->closed)
    sock_close (s);
  sock_unref (s);
}

error_t
sock_port (struct sock *s, const struct fs_ids *ids, mach_port_t *port)
{
  struct fs_node *node;
  struct fs_open *open;
  struct fs_cred *cred;
  error_t err = fs_node_create (&pf.fs, &sock_ops, s->ino, &node);

  if (err != 0)
    return err;
  node->data = s;
  pthread_mutex_lock (&pf_lock);
  sock_ref (s);
  pthread_mutex_unlock (&pf_lock);
  err = fs_open_create (node, O_READ | O_WRITE, 0, &open);
  fs_node_unref (node);
  if (err != 0)
    return err;
  open->opened = true;		/* So that its end is told.  */
  err = fs_cred_create (open, ids, 0, &cred);
  fs_open_unref (open);
  if (err != 0)
    return err;
  *port = sv_port_get_right (cred);
  s->port_id = cred->port.id;
  sv_unref (cred);
  return 0;
}

struct sock *
sock_lookup (mach_port_t port, struct fs_cred **cred)
{
  *cred = fs_cred_lookup (port);
  if (*cred != NULL && (*cred)->open->node->ops != &sock_ops)
    {
      sv_unref (*cred);
      *cred = NULL;
    }
  return *cred == NULL ? NULL : (*cred)->open->node->data;
}
