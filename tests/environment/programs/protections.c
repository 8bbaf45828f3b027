/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regions with every protection, maximum protection and inheritance, and holes
   between them.  */

#include <mach.h>
#include "../env.h"

#define N 8

static const struct
{
  vm_prot_t now, max;
  vm_inherit_t inherit;
} kind[N] =
{
  { VM_PROT_READ, VM_PROT_ALL, VM_INHERIT_COPY },
  { VM_PROT_READ | VM_PROT_WRITE, VM_PROT_READ | VM_PROT_WRITE,
    VM_INHERIT_NONE },
  { VM_PROT_NONE, VM_PROT_ALL, VM_INHERIT_COPY },
  { VM_PROT_NONE, VM_PROT_NONE, VM_INHERIT_COPY },
  { VM_PROT_READ | VM_PROT_EXECUTE, VM_PROT_READ | VM_PROT_EXECUTE,
    VM_INHERIT_COPY },
  { VM_PROT_ALL, VM_PROT_ALL, VM_INHERIT_SHARE },
  { VM_PROT_READ, VM_PROT_READ, VM_INHERIT_SHARE },
  { VM_PROT_DEFAULT, VM_PROT_ALL, VM_INHERIT_COPY },
};

PROGRAM (protections)
{
  vm_address_t base = 0;
  MUST (vm_allocate (mach_task_self (), &base, 4 * N * vm_page_size, TRUE));
  for (int i = 0; i < N; i++)
    {
      vm_address_t at = base + 4 * i * vm_page_size;
      vm_size_t size = 3 * vm_page_size;
      env_pattern ((void *) at, size, i);
      MUST (vm_deallocate (mach_task_self (), at + size, vm_page_size));
      MUST (vm_inherit (mach_task_self (), at, size, kind[i].inherit));
      MUST (vm_protect (mach_task_self (), at, size, FALSE, kind[i].now));
      MUST (vm_protect (mach_task_self (), at, size, TRUE, kind[i].max));
    }
  env_wait ();
  for (int i = 0; i < N; i++)
    {
      vm_address_t at = base + 4 * i * vm_page_size, start = at;
      vm_size_t size;
      vm_prot_t now, max;
      vm_inherit_t inherit;
      boolean_t shared;
      memory_object_name_t object;
      vm_offset_t offset;
      MUST (vm_region (mach_task_self (), &start, &size, &now, &max, &inherit,
		       &shared, &object, &offset));
      if (MACH_PORT_VALID (object))
	mach_port_deallocate (mach_task_self (), object);
      CHECK (start == at && size == 3 * vm_page_size, "%d: %#zx %#zx", i,
	     (size_t) (start - at), (size_t) size);
      CHECK (now == kind[i].now && max == kind[i].max
	     && inherit == kind[i].inherit, "%d: %d %d %d", i, now, max,
	     inherit);
      if (!(max & VM_PROT_READ))
	continue;
      if (!(now & VM_PROT_READ))
	MUST (vm_protect (mach_task_self (), at, size, FALSE, VM_PROT_READ));
      CHECK (env_is_pattern ((void *) at, size, i), "%d", i);
    }
}
