/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pages of a snapshot are in memory, and which were written since the
   snapshot before.

   The kernel keeps, per region, a chain of objects: each write after a snapshot
   goes into an object in front of the one the snapshot refers to.  So the pages
   in the objects before that one are those written since.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

/* Set in BITMAP the pages of the object OBJECT that lie within SIZE bytes from
   OFFSET.  */
static error_t
add_pages (mach_port_t object, vm_offset_t offset, vm_size_t size,
	   uint8_t *bitmap)
{
  vm_page_info_t fixed[64], *pages = fixed;
  mach_msg_type_number_t n = sizeof fixed / sizeof *fixed;
  error_t err = mach_vm_object_pages (object, &pages, &n);
  if (err)
    return err;
  for (mach_msg_type_number_t i = 0; i < n; i++)
    {
      vm_offset_t at = pages[i].vpi_offset - offset;
      if (pages[i].vpi_offset >= offset && at < size
	  && !(pages[i].vpi_state & (VPI_STATE_ABSENT | VPI_STATE_FICTITIOUS)))
	bitmap[at / vm_page_size / 8] |= 1 << (at / vm_page_size % 8);
    }
  if (pages != fixed)
    vm_deallocate (mach_task_self (), (vm_address_t) pages,
		   round_page (n * sizeof *pages));
  return 0;
}

error_t
chain_walk (vm_address_t data, vm_size_t size, vm_offset_t object,
	    vm_offset_t offset, uint8_t *bitmap, enum chain *end)
{
  vm_region_info_t region;
  mach_port_t name, shadow, copy;
  error_t err = mach_vm_region_info (mach_task_self (), data, &region, &name);
  if (err)
    return err;
  *end = CHAIN_EXTERNAL;
  if (region.vri_start != data || region.vri_end < data + size)
    {
      if (MACH_PORT_VALID (name))
	mach_port_deallocate (mach_task_self (), name);
      return 0;
    }
  vm_offset_t at = region.vri_offset;
  bool internal = true;
  for (;;)
    {
      vm_object_info_t info;
      if (!MACH_PORT_VALID (name))
	{
	  *end = internal ? CHAIN_INTERNAL : CHAIN_EXTERNAL;
	  return 0;
	}
      err = mach_vm_object_info (name, &info, &shadow, &copy);
      if (err == 0 && MACH_PORT_VALID (copy))
	mach_port_deallocate (mach_task_self (), copy);
      bool met = err == 0 && object && info.voi_object == object
	&& at == offset;
      if (err == 0 && !met)
	err = add_pages (name, at, size, bitmap);
      mach_port_deallocate (mach_task_self (), name);
      if (err || met)
	{
	  if (met && MACH_PORT_VALID (shadow))
	    mach_port_deallocate (mach_task_self (), shadow);
	  if (met)
	    *end = internal ? CHAIN_MET : CHAIN_EXTERNAL;
	  return err;
	}
      if (!(info.voi_state & VOI_STATE_INTERNAL)
	  || (info.voi_state & VOI_STATE_PAGER_CREATED))
	internal = false;
      at += info.voi_shadow_offset;
      if (info.voi_shadow && !MACH_PORT_VALID (shadow))
	internal = false;
      name = shadow;
    }
}

void
snapshot_shorten (struct snapshot *s)
{
  /* When memory is allocated right behind an entry, the kernel tries to make
     one object of both, and for that takes into the entry's object what is
     behind it in the chain and nobody else's.  */
  vm_address_t behind = s->data + (s->end - s->start);
  if (s->guard)
    vm_deallocate (mach_task_self (), behind, vm_page_size);
  s->guard = vm_allocate (mach_task_self (), &behind, vm_page_size,
			  FALSE) == 0;
  s->age = 0;
}
