/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests that are parked while the gate is closed.  */

#include "internal.h"

error_t
sv_for_each_parked (struct sv_bucket *b,
		    error_t (*function) (void *arg, struct sv_port *port,
					 const mach_msg_header_t *request,
					 mach_port_t reply), void *arg)
{
  error_t err = 0;

  pthread_mutex_lock (&sv_lock);
  for (struct sv_rpc *r = b->gate == SV_CLOSED ? b->rpcs : NULL; r && !err;
       r = r->all_next)
    if (r->port && !r->answered && r != sv_current)
      err = function (arg, r->port, r->request, r->reply);
  pthread_mutex_unlock (&sv_lock);
  return err;
}
