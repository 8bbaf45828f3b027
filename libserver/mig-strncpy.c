/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the stubs of requests call to put a string into a message.

   The library's goes through all 1,024 bytes of a string_t one by one, which is a tenth
   of what a machine does whose programs look up files all the time.  The rest is zero
   here, too: nothing of ours is to be seen behind the string.  */

#include <string.h>
#include <mach.h>

vm_size_t __mig_strncpy (char *to, const char *from, vm_size_t size);

vm_size_t
__mig_strncpy (char *to, const char *from, vm_size_t size)
{
  if (size == 0)
    return 0;
  vm_size_t len = strnlen (from, size - 1);
  memcpy (to, from, len);
  memset (to + len, 0, size - len);
  return len;
}

vm_size_t mig_strncpy (char *to, const char *from, vm_size_t size)
     __attribute__ ((alias ("__mig_strncpy")));
