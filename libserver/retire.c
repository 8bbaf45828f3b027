/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a receive right, whose name must not be another port's too soon.

   The kernel gives a free name to the next right.  But a thread may have received a
   message and not come to it yet, while another one sees that the last sender is gone,
   ends the port, and makes a new one: the message would be taken for the new one's.
   Messages of a port are numbered as they are received (mps_seqno of its status), and
   those that are done with are counted; as long as there are some between, the name
   stays taken, as a dead one.  */

#include <stdlib.h>
#include "internal.h"

struct retired
{
  struct retired *next;
  mach_port_t name;
  unsigned int left;		/* Messages that are not done with.  */
};

static struct retired *retired;

void
sv_retire (struct sv_port *port)
{
  mach_port_t self = mach_task_self (), name = port->right;
  mach_port_status_t status;
  struct retired *r = NULL;

  /* After the last sender was gone, as it mostly is, nothing else comes.  */
  if (!(port->finished && port->done == port->final)
      && mach_port_move_member (self, name, MACH_PORT_NULL) == KERN_SUCCESS
      && mach_port_get_receive_status (self, name, &status) == KERN_SUCCESS
      && (int) (status.mps_seqno - port->done) > 0
      && (r = malloc (sizeof *r))
      && mach_port_insert_right (self, name, name, MACH_MSG_TYPE_MAKE_SEND)
	 == KERN_SUCCESS)
    {
      *r = (struct retired) { retired, name, status.mps_seqno - port->done };
      retired = r;
    }
  else
    free (r);
  mach_port_mod_refs (self, name, MACH_PORT_RIGHT_RECEIVE, -1);
}

void
sv_retired_done (mach_port_t name)
{
  for (struct retired **rp = &retired, *r; (r = *rp); rp = &r->next)
    if (r->name == name)
      {
	if (--r->left == 0)
	  {
	    *rp = r->next;
	    mach_port_mod_refs (mach_task_self (), name,
				MACH_PORT_RIGHT_DEAD_NAME, -1);
	    free (r);
	  }
	return;
      }
}
