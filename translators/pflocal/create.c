/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making sockets, names and connected pairs.  */

#include <hurd.h>
#include <string.h>
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

kern_return_t
S_socket_fabricate_address (mach_port_t port, int family, mach_port_t *addr,
			    mach_msg_type_name_t *addr_type)
{
  struct fs_cred *cred = fs_cred_lookup (port);
  struct addr *new;
  error_t err;

  if (cred == NULL)
    return EOPNOTSUPP;
  sv_unref (cred);
  if (family != AF_LOCAL && family != AF_UNSPEC)
    return EAFNOSUPPORT;
  err = addr_create (&new);
  if (err != 0)
    return err;
  *addr = addr_right (new);
  *addr_type = MACH_MSG_TYPE_MOVE_SEND;
  return 0;
}

/* Names of local sockets are nodes of the file system; a name is not all that
   is needed to make one.  */
kern_return_t
S_socket_create_address (mach_port_t port, int family, const_data_t data,
			 mach_msg_type_number_t len, mach_port_t *addr,
			 mach_msg_type_name_t *addr_type)
{
  return EOPNOTSUPP;
}

kern_return_t
S_socket_whatis_address (addr_port_t port, int *family, data_t *data,
			 mach_msg_type_number_t *len)
{
  struct addr *addr = sv_lookup (port, &addr_class);
  const mach_msg_type_number_t need = offsetof (struct sockaddr, sa_data) + 1;
  struct sockaddr none;

  if (addr == NULL)
    return EOPNOTSUPP;
  sv_unref (addr);
  /* An address does not know its name; it is shown with none.  */
  memset (&none, 0, sizeof none);
  none.sa_len = need;
  none.sa_family = AF_LOCAL;
  *family = AF_LOCAL;
  if (*len < need)
    {
      error_t err = vm_allocate (mach_task_self (), (vm_address_t *) data,
				 need, TRUE);

      if (err != 0)
	return err;
    }
  *len = need;
  memcpy (*data, &none, need);
  return 0;
}
