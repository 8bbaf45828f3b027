/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests that are parked while the gate is closed.  None of them goes on before it is
   opened, so that nothing has to be locked while they are looked at.  */

#include <stdlib.h>
#include "internal.h"

/* The first of those from R on that is not answered yet, or NULL.  */
static struct sv_rpc *
next_parked (struct sv_rpc *r)
{
  while (r && (r->port == NULL || r->answered || r == sv_current))
    r = r->all_next;
  return r;
}

error_t
sv_for_each_parked (struct sv_bucket *b,
		    error_t (*function) (void *arg, struct sv_port *port,
					 const mach_msg_header_t *request,
					 mach_port_t reply), void *arg)
{
  struct sv_rpc **list, *r;
  error_t err = 0;
  size_t n = 0;

  pthread_mutex_lock (&sv_lock);
  struct sv_rpc *first = next_parked (b->gate == SV_CLOSED ? b->rpcs : NULL);
  for (r = first; r; r = next_parked (r->all_next))
    n++;
  list = calloc (n + 1, sizeof *list);
  n = 0;
  for (r = list ? first : NULL; r; r = next_parked (r->all_next))
    list[n++] = r;
  pthread_mutex_unlock (&sv_lock);
  if (list == NULL)
    return ENOMEM;
  for (size_t i = 0; !err && i < n; i++)
    err = function (arg, list[i]->port, list[i]->request, list[i]->reply);
  free (list);
  return err;
}
