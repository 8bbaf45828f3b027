/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Socket options: what can be asked of a local socket is an int.  */

#include <hurd.h>
#include <string.h>
#include "pflocal.h"
#include "socket_S.h"

static error_t
get (struct sock *s, int option, int *value)
{
  switch (option)
    {
    case SO_TYPE:
      *value = s->type;
      return 0;
    case SO_ERROR:
      *value = 0;
      return 0;
    case SO_ACCEPTCONN:
      *value = s->state == LISTENING;
      return 0;
    case SO_SNDBUF:
    case SO_RCVBUF:
      *value = QUEUE_SIZE;
      return 0;
    case SO_SNDLOWAT:
      *value = QUEUE_ATOMIC;
      return 0;
    case SO_RCVLOWAT:
      *value = 1;
      return 0;
    case SO_REUSEADDR:
    case SO_KEEPALIVE:
    case SO_BROADCAST:
    case SO_OOBINLINE:
    case SO_DONTROUTE:
    case SO_DEBUG:
      *value = 0;
      return 0;
    default:
      return ENOPROTOOPT;
    }
}

kern_return_t
S_socket_getopt (socket_t port, int level, int option, data_t *value,
		 mach_msg_type_number_t *len)
{
  struct fs_cred *cred;
  struct sock *s = sock_lookup (port, &cred);
  int number;
  error_t err;

  if (s == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&pf_lock);
  err = level == SOL_SOCKET ? get (s, option, &number) : ENOPROTOOPT;
  pthread_mutex_unlock (&pf_lock);
  sv_unref (cred);
  if (err != 0)
    return err;
  if (*len < sizeof number)
    err = vm_allocate (mach_task_self (), (vm_address_t *) value,
		       sizeof number, TRUE);
  if (err == 0)
    {
      memcpy (*value, &number, sizeof number);
      *len = sizeof number;
    }
  return err;
}

/* Sizes and the like are fixed; programs that ask for others are content to
   hear that it worked.  */
kern_return_t
S_socket_setopt (socket_t port, int level, int option, const_data_t value,
		 mach_msg_type_number_t len)
{
  struct fs_cred *cred;
  struct sock *s = sock_lookup (port, &cred);
  int number;
  error_t err;

  if (s == NULL)
    return EOPNOTSUPP;
  if (level != SOL_SOCKET)
    err = ENOPROTOOPT;
  else if (option == SO_TYPE || option == SO_ERROR || option == SO_ACCEPTCONN)
    err = ENOPROTOOPT;
  else
    err = get (s, option, &number);
  if (err == 0 && len < sizeof number)
    err = EINVAL;
  sv_unref (cred);
  return err;
}
