/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Becoming a process.  */

#include <hurd.h>
#include <hurd/signal.h>
#include "boot.h"

/* In libc, but in no header of its.  */
extern error_t _hurd_setproc (process_t proc);

/* Have quiet.c linked.  */
extern char *__trivfs_server_name;
static char **const quiet __attribute__ ((used)) = &__trivfs_server_name;

error_t
boot_join (mach_port_t proc, mach_port_t auth)
{
  _hurd_port_set (&_hurd_ports[INIT_PORT_AUTH], auth);
  _hurdsig_init (NULL, 0);
  return _hurd_setproc (proc);
}

void
boot_park (void)
{
  mach_port_t port = mach_reply_port ();
  mach_msg_header_t message;

  for (;;)
    mach_msg (&message, MACH_RCV_MSG, 0, sizeof message, port,
	      MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}
