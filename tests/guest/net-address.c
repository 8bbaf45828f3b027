/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network of one machine, for tests: pflocal's sockets, but an address is found by its
   bytes, as those of IP are.  */

#include <hurd.h>
#include <netinet/in.h>
#include <string.h>
#include "translators/pflocal/pflocal.h"
#include "socket_S.h"

#define NAMES 1000

/* All that there ever were; guarded by pf_lock.  */
static struct name
{
  struct addr *addr;
  struct sockaddr_in bytes;
} names[NAMES];
static size_t nnames;

static error_t
find (const struct sockaddr_in *bytes, struct addr **addr)
{
  struct name *n = names;

  while (n < names + nnames
	 && (n->bytes.sin_port != bytes->sin_port
	     || n->bytes.sin_addr.s_addr != bytes->sin_addr.s_addr))
    n++;
  if (n == names + NAMES)
    return ENOBUFS;
  if (n == names + nnames)
    {
      error_t err = addr_create (&n->addr);
      if (err)
	return err;
      n->bytes = *bytes;
      nnames++;
    }
  *addr = sv_ref (n->addr);
  return 0;
}

kern_return_t
S_socket_create_address (mach_port_t port, int family, const_data_t data,
			 mach_msg_type_number_t len, mach_port_t *addr,
			 mach_msg_type_name_t *addr_type)
{
  struct sockaddr_in bytes;
  struct addr *found;

  if (family != AF_INET || len < sizeof bytes)
    return EAFNOSUPPORT;
  memcpy (&bytes, data, sizeof bytes);
  pthread_mutex_lock (&pf_lock);
  error_t err = find (&bytes, &found);
  pthread_mutex_unlock (&pf_lock);
  if (err)
    return err;
  *addr = addr_right (found);
  *addr_type = MACH_MSG_TYPE_MOVE_SEND;
  return 0;
}

kern_return_t
S_socket_fabricate_address (mach_port_t port, int family, mach_port_t *addr,
			    mach_msg_type_name_t *addr_type)
{
  return EOPNOTSUPP;
}

kern_return_t
S_socket_whatis_address (addr_port_t port, int *family, data_t *data,
			 mach_msg_type_number_t *len)
{
  struct addr *addr = sv_lookup (port, &addr_class);
  struct sockaddr_in bytes = { .sin_family = AF_INET,
			       .sin_len = sizeof bytes };

  if (addr == NULL || *len < sizeof bytes)
    {
      sv_unref (addr);
      return EOPNOTSUPP;
    }
  pthread_mutex_lock (&pf_lock);
  for (size_t i = 0; i < nnames; i++)
    if (names[i].addr == addr)
      bytes = names[i].bytes;
  pthread_mutex_unlock (&pf_lock);
  sv_unref (addr);
  *family = AF_INET;
  *len = sizeof bytes;
  memcpy (*data, &bytes, sizeof bytes);
  return 0;
}
