/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a file by its port.  */

#include <string.h>
#include <hurd/io.h>
#include "libexec/internal.h"

error_t
exec_read (mach_port_t file, loff_t offset, void *data, size_t *len)
{
  size_t done = 0;

  while (done < *len)
    {
      char *buf = (char *) data + done;
      mach_msg_type_number_t n = *len - done;
      error_t err = io_read (file, &buf, &n, offset + done, *len - done);
      /* A directory as the interpreter of a script is one that may not be run.  */
      if (err)
	return err == EISDIR ? EACCES : err;
      if (n > *len - done)
	n = *len - done;
      if (buf != (char *) data + done)
	{
	  memcpy ((char *) data + done, buf, n);
	  vm_deallocate (mach_task_self (), (vm_address_t) buf, n);
	}
      if (n == 0)
	break;
      done += n;
    }
  *len = done;
  return 0;
}
