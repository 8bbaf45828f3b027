/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a program asks startup to be told of the shutdown.  */

#include "../test.h"
#include <hurd.h>
#include <hurd/startup.h>
#include <mach.h>

int
main (void)
{
  mach_port_t host, startup, port = mach_reply_port ();
  if (get_privileged_ports (&host, NULL))
    unsupported ("privileged ports are not given to programs of the environment");
  startup = file_name_lookup ("/servers/startup", 0, 0);
  CHECK (startup != MACH_PORT_NULL);
  CHECK (startup_request_notification (startup, port, MACH_MSG_TYPE_MAKE_SEND, "test") == 0);
  CHECK (startup_request_notification (MACH_PORT_NULL, port, MACH_MSG_TYPE_MAKE_SEND, "test") != 0);
  return verdict ();
}
