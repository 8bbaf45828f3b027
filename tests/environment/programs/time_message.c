/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message that does not come.  */
#include <mach.h>
#include "../timed.h"

static void
wait_once (double seconds)
{
  mach_port_t port = mach_reply_port ();
  mach_msg_header_t msg;
  mach_msg_return_t mr
    = mach_msg (&msg, MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACH_RCV_INTERRUPT, 0,
		sizeof msg, port, seconds * 1000, MACH_PORT_NULL);
  CHECK (mr == MACH_RCV_TIMED_OUT, "%#x", mr);
  MUST (mach_port_mod_refs (mach_task_self (), port, MACH_PORT_RIGHT_RECEIVE,
			    -1));
}

PROGRAM (time_message)
{
  timed_waits (wait_once, 7);
}
