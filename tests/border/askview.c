/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Run by `ckpt view': what a view is not asked for elsewhere, it refuses.  */

#include <hurd.h>
#include <hurd/fs.h>
#include <hurd/socket.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int
main (void)
{
  file_t dir = getcwdir ();
  mach_port_t control, sock;
  error_t get = file_getcontrol (dir, &control);
  error_t make = socket_create (dir, SOCK_STREAM, 0, &sock);

  printf ("control: %s; socket: %s\n", strerror (get), strerror (make));
  return get != EOPNOTSUPP || make != EOPNOTSUPP;
}
