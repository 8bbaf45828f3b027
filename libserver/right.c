/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Send rights to our ports, and their end.  */

#include "internal.h"

void
sv_request_no_senders (struct sv_port *port)
{
  mach_port_t previous = MACH_PORT_NULL;
  error_t err;
  err = mach_port_request_notification (mach_task_self (), port->right,
					MACH_NOTIFY_NO_SENDERS, port->mscount,
					port->right,
					MACH_MSG_TYPE_MAKE_SEND_ONCE,
					&previous);
  if (!err)
    port->ns_requested = true;
  if (!err && MACH_PORT_VALID (previous))
    mach_port_deallocate (mach_task_self (), previous);
}

mach_port_t
sv_port_get_right (void *object)
{
  struct sv_port *port = object;
  mach_port_t name = MACH_PORT_NULL;

  pthread_mutex_lock (&sv_lock);
  if (port->right
      && mach_port_insert_right (mach_task_self (), port->right, port->right,
				 MACH_MSG_TYPE_MAKE_SEND) == KERN_SUCCESS)
    {
      name = port->right;
      port->mscount++;
      port->finished = false;
      if (!port->senders)
	{
	  port->senders = true;
	  port->refs++;
	}
      if (!port->ns_requested)
	sv_request_no_senders (port);
    }
  pthread_mutex_unlock (&sv_lock);
  return name;
}

void
sv_port_destroy (void *object)
{
  struct sv_port *port = object;

  pthread_mutex_lock (&sv_lock);
  bool right = port->right, senders = port->senders;
  if (right)
    {
      sv_table_hide (port);
      sv_retire (port);
      port->right = MACH_PORT_NULL;
      port->senders = false;
      sv_interrupt_port (port, true, 0);
    }
  pthread_mutex_unlock (&sv_lock);
  if (right && senders)
    sv_unref (port);
}
