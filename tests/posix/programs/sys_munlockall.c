/* SPDX-License-Identifier: GPL-3.0-or-later */
/* munlockall of a process that has locked nothing.  */

#include "../test.h"
#include <hurd.h>
#include <sys/mman.h>

int
main (void)
{
  mach_port_t host;
  if (get_privileged_ports (&host, NULL))
    unsupported ("privileged ports are not given to programs of the environment (mlockall, munlockall: EPERM)");
  CHECK (munlockall () == 0);
  return verdict ();
}
