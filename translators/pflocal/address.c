/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses as clients make and see them.  */

#include <hurd.h>
#include <string.h>
#include "pflocal.h"
#include "socket_S.h"

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
