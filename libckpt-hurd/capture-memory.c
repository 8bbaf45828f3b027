/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The regions of a task, and snapshots of those that were written to.

   vm_read of a region is copy-on-write: it costs next to nothing and no page is
   touched.  A region that still shows the very object of which the last
   snapshot was taken, still to be copied before a write, has not been written
   to; its old snapshot is kept instead.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

void
snapshot_free (struct snapshot *s)
{
  if (s->data)
    vm_deallocate (mach_task_self (), s->data,
		   s->end - s->start + (s->guard ? vm_page_size : 0));
  s->data = 0;
}

/* The old snapshot of exactly this region, if it has not been written to since
   then; else -1.  */
static int
find_clean (const struct known_task *k, const vm_region_info_t *info)
{
  if (!info->vri_needs_copy || info->vri_sharing || info->vri_wired_count)
    return -1;
  for (uint32_t i = 0; i < k->nsnapshots; i++)
    {
      const struct snapshot *s = &k->snapshots[i];
      if (s->tracked && s->start == info->vri_start && s->end == info->vri_end
	  && s->object == info->vri_object && s->offset == info->vri_offset)
	return i;
    }
  return -1;
}

/* Take a snapshot of the region INFO of TASK.  */
static error_t
take (task_t task, const vm_region_info_t *info, struct snapshot *s)
{
  mach_msg_type_number_t n;
  vm_size_t size = info->vri_end - info->vri_start;
  bool raised = !(info->vri_protection & VM_PROT_READ);
  error_t err = 0;

  if (raised)
    err = vm_protect (task, info->vri_start, size, FALSE,
		      info->vri_protection | VM_PROT_READ);
  if (err)
    return err;
  err = vm_read (task, info->vri_start, size, &s->data, &n);
  if (raised)
    vm_protect (task, info->vri_start, size, FALSE, info->vri_protection);
  if (err)
    {
      s->data = 0;
      return err;
    }
  s->start = info->vri_start;
  s->end = info->vri_end;
  s->object = info->vri_object;
  s->offset = info->vri_offset;
  s->tracked = !info->vri_sharing && !info->vri_wired_count;
  vm_address_t behind = s->data + size;
  s->guard = vm_allocate (mach_task_self (), &behind, vm_page_size,
			  FALSE) == 0;
  return 0;
}

/* Is the object of a shared region in another task of the capture, too?  */
static bool
shared_with (const struct ckpt_image *image, const struct cap_task *t,
	     vm_offset_t object)
{
  for (uint32_t i = 0; i < image->ntasks; i++)
    if (&image->tasks[i] != t)
      for (uint32_t j = 0; j < image->tasks[i].nregions; j++)
	if (image->tasks[i].regions[j].object == object)
	  return true;
  return false;
}

static error_t
add_region (struct ckpt_image *image, struct cap_task *t,
	    const vm_region_info_t *info)
{
  struct cap_region *r = ci_append (&t->regions, &t->nregions, sizeof *r);
  if (r == NULL)
    return ENOMEM;
  image->stats->nregions++;
  r->region.start = info->vri_start;
  r->region.end = info->vri_end;
  r->region.protection = info->vri_protection;
  r->region.max_protection = info->vri_max_protection;
  r->region.inheritance = info->vri_inheritance;
  r->object = info->vri_object;
  r->offset = info->vri_offset;
  r->old = -1;
  if (info->vri_object == 0)
    return 0;
  if (info->vri_sharing && shared_with (image, t, info->vri_object))
    cap_fail (image, "pid %d: memory at %#zx is shared with another task",
	      t->pid, (size_t) info->vri_start);
  r->has_data = true;
  r->region.flags = CI_REGION_DATA;
  r->old = find_clean (t->known, info);
  if (r->old >= 0)
    return 0;
  image->stats->snapshots++;
  error_t err = take (t->task, info, &r->snapshot);
  if (err)
    cap_fail (image, "pid %d: memory at %#zx cannot be read: %s", t->pid,
	      (size_t) info->vri_start, strerror (err));
  return 0;
}

error_t
cap_memory (struct ckpt_image *image, uint32_t task)
{
  struct cap_task *t = &image->tasks[task];
  vm_address_t address = 0;

  for (;;)
    {
      vm_region_info_t info;
      mach_port_t object;
      error_t err = mach_vm_region_info (t->task, address, &info, &object);
      if (err == KERN_NO_SPACE)
	break;
      if (err)
	return err;
      if (MACH_PORT_VALID (object))
	mach_port_deallocate (mach_task_self (), object);
      err = add_region (image, t, &info);
      if (err)
	return err;
      address = info.vri_end;
      if (address == 0)
	break;
    }
  struct ci_task *ci = &image->ci.tasks[task];
  ci->regions = calloc (t->nregions + 1, sizeof *ci->regions);
  if (ci->regions == NULL)
    return ENOMEM;
  ci->nregions = t->nregions;
  for (uint32_t i = 0; i < t->nregions; i++)
    ci->regions[i] = t->regions[i].region;
  return 0;
}

void
cap_drop_memory (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ntasks; i++)
    {
      struct cap_task *t = &image->tasks[i];
      for (uint32_t j = 0; j < t->nregions; j++)
	if (t->regions[j].old < 0)
	  snapshot_free (&t->regions[j].snapshot);
      free (t->regions);
      t->regions = NULL;
      t->nregions = 0;
    }
}
