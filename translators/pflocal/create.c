/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making sockets and connected pairs.  */

#include <hurd.h>
#include "pflocal.h"
#include "socket_S.h"

/* Refuse requests that must go to the server's own node.  */
static struct fs_cred *
server (mach_port_t port)
{
  struct fs_cred *cred = fs_cred_lookup (port);

  if (cred != NULL && cred->open->node != pf.fs.root)
    {
      sv_unref (cred);
      cred = NULL;
    }
  return cred;
}

kern_return_t
S_socket_create (pf_t port, int type, int protocol, mach_port_t *sock,
		 mach_msg_type_name_t *sock_type)
{
  struct fs_cred *cred = server (port);
  struct sock *s;
  error_t err;

  if (cred == NULL)
    return EOPNOTSUPP;
  if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_SEQPACKET)
    err = ESOCKTNOSUPPORT;
  else if (protocol != 0 && protocol != PF_LOCAL
	   && (protocol != S_IFIFO || type != SOCK_STREAM))
    err = EPROTONOSUPPORT;
  else
    err = sock_create (type, protocol == S_IFIFO ? S_IFIFO : S_IFSOCK,
		       cred->ids, &s);
  if (err == 0)
    {
      err = sock_port (s, cred->ids, sock);
      pthread_mutex_lock (&pf_lock);
      sock_unref (s);
      pthread_mutex_unlock (&pf_lock);
      *sock_type = MACH_MSG_TYPE_MOVE_SEND;
    }
  sv_unref (cred);
  return err;
}

/* The end of a pipe at OPEN reads or writes, not both.  */
static void
restrict_to (struct fs_open *open, int mode)
{
  pthread_mutex_lock (&open->lock);
  open->flags = (open->flags & ~(O_READ | O_WRITE)) | mode;
  pthread_mutex_unlock (&open->lock);
}

kern_return_t
S_socket_connect2 (socket_t port1, socket_t port2)
{
  struct fs_cred *cred1, *cred2 = NULL;
  struct sock *a = sock_lookup (port1, &cred1), *b = NULL;
  error_t err = 0;

  if (a != NULL)
    b = sock_lookup (port2, &cred2);
  if (a == NULL || b == NULL)
    err = EOPNOTSUPP;
  else
    {
      pthread_mutex_lock (&pf_lock);
      if (a->type != b->type)
	err = EPROTOTYPE;
      else if (a == b)
	err = EINVAL;
      else if (a->state != UNCONNECTED || b->state != UNCONNECTED)
	err = EISCONN;
      else
	sock_pair (a, b);
      pthread_mutex_unlock (&pf_lock);
      if (err == 0 && S_ISFIFO (a->mode) && S_ISFIFO (b->mode))
	{
	  /* pipe calls this with the end to read first.  */
	  restrict_to (cred1->open, O_READ);
	  restrict_to (cred2->open, O_WRITE);
	}
    }
  sv_unref (cred1);
  sv_unref (cred2);
  if (err == 0)
    mach_port_deallocate (mach_task_self (), port2);
  return err;
}
