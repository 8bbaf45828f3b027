/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <hurd.h>
#include "pflocal.h"

const struct sv_class addr_class = { .name = "address" };

error_t
addr_create (struct addr **addr)
{
  return sv_port_create (pf.fs.bucket, &addr_class, sizeof **addr, 0, addr);
}

error_t
addr_of (struct sock *s, struct addr **addr)
{
  if (s->addr == NULL)
    {
      error_t err = addr_create (&s->addr);

      if (err != 0)
	return err;
      s->addr->sock = s;
    }
  *addr = sv_ref (s->addr);
  return 0;
}

mach_port_t
addr_right (struct addr *addr)
{
  mach_port_t right = MACH_PORT_NULL;

  if (addr != NULL)
    {
      right = sv_port_get_right (addr);
      sv_unref (addr);
    }
  return right;
}
