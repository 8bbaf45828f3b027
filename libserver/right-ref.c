/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One more reference of a right.  */

#include "internal.h"

error_t
sv_right_ref (mach_port_t name)
{
  error_t err;

  if (!MACH_PORT_VALID (name))
    return 0;
  /* Its port may die between the two; a dead name stays one.  */
  err = mach_port_mod_refs (mach_task_self (), name, MACH_PORT_RIGHT_SEND, 1);
  if (err == KERN_INVALID_RIGHT)
    err = mach_port_mod_refs (mach_task_self (), name,
			      MACH_PORT_RIGHT_DEAD_NAME, 1);
  return err;
}
