/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making ports.  */

#include <stdlib.h>
#include "internal.h"

/* Make the object for RECEIVE, which is consumed on success only.  */
static error_t
make (struct sv_bucket *bucket, const struct sv_class *class, size_t size,
      uint64_t id, mach_port_t receive, struct sv_port **object)
{
  mach_port_status_t status;
  error_t err = mach_port_get_receive_status (mach_task_self (), receive,
					      &status);
  if (err)
    return err;
  struct sv_port *port = calloc (1, size);
  if (port == NULL)
    return ENOMEM;
  port->class = class;
  port->bucket = bucket;
  port->right = receive;
  port->id = id;
  port->refs = 1;
  port->mscount = status.mps_mscount;
  port->done = status.mps_seqno;

  pthread_mutex_lock (&sv_lock);
  err = sv_table_add (port);
  if (!err && status.mps_srights)
    {
      port->senders = true;
      port->refs++;
      sv_request_no_senders (port);
    }
  pthread_mutex_unlock (&sv_lock);
  if (err)
    {
      free (port);
      return err;
    }
  /* Last, for requests may come from now on.  */
  err = mach_port_move_member (mach_task_self (), receive, bucket->set);
  if (err)
    {
      pthread_mutex_lock (&sv_lock);
      sv_table_remove (port);
      pthread_mutex_unlock (&sv_lock);
      free (port);
      return err;
    }
  *object = port;
  return 0;
}

error_t
sv_port_create (struct sv_bucket *bucket, const struct sv_class *class,
		size_t size, uint64_t id, void *object)
{
  mach_port_t receive;
  error_t err = mach_port_allocate (mach_task_self (),
				    MACH_PORT_RIGHT_RECEIVE, &receive);
  if (err)
    return err;
  err = make (bucket, class, size, id, receive, object);
  if (err)
    mach_port_mod_refs (mach_task_self (), receive, MACH_PORT_RIGHT_RECEIVE,
			-1);
  return err;
}

error_t
sv_port_import (struct sv_bucket *bucket, const struct sv_class *class,
		size_t size, uint64_t id, mach_port_t receive, void *object)
{
  return make (bucket, class, size, id, receive, object);
}
