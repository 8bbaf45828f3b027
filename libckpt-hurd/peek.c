/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a few bytes of a task.  */

#include <string.h>
#include "internal.h"

error_t
cap_peek (task_t task, vm_address_t address, void *buffer, size_t len)
{
  vm_address_t start = trunc_page (address);
  vm_size_t size = round_page (address + len) - start;
  vm_address_t data;
  mach_msg_type_number_t n;

  if (address + len < address)
    return KERN_INVALID_ADDRESS;
  error_t err = vm_read (task, start, size, &data, &n);
  if (err)
    return err;
  memcpy (buffer, (void *) (data + (address - start)), len);
  vm_deallocate (mach_task_self (), data, n);
  return 0;
}
