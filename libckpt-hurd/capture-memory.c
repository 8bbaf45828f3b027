/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The regions of a task, and snapshots of those that were written to.

   A snapshot is copy-on-write: it costs next to nothing and no page is touched.  A region that still shows the very object of which the last
   snapshot was taken, still to be copied before a write, has not been written
   to; its old snapshot is kept instead.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

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

error_t
cap_find_again (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ntasks; i++)
    for (uint32_t j = 0; j < image->tasks[i].nregions; j++)
      {
	struct cap_region *r = &image->tasks[i].regions[j];
	if (r->old < 0)
	  continue;
	r->old = find_clean (image->tasks[i].known, &r->info);
	if (r->old >= 0)
	  continue;
	ckpt_report (image->report, "pid %d: the memory at %#zx was divided otherwise in"
		     " the last checkpoint", image->tasks[i].pid,
		     (size_t) r->info.vri_start);
	/* There is no snapshot of its own that would have to be freed.  */
	r->has_data = false;
	return ESTALE;
      }
  return 0;
}

/* What is the object of R, called NAME: a file's, what the kernel puts in front of
   that for private mappings, one of another pager, or memory alone?  */
static void
classify (struct ckpt_image *image, const struct cap_task *t,
	  struct cap_region *r, mach_port_t name)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  vm_object_info_t object;
  mach_port_t shadow, copy;
  uint64_t size;
  int prot;

  if (r->info.vri_object == 0 || !MACH_PORT_VALID (name)
      || find_clean (t->known, &r->info) >= 0 || cap_copy_known (image, r)
      || mach_vm_object_info (name, &object, &shadow, &copy))
    return;
  bool internal = object.voi_state & VOI_STATE_INTERNAL;
  mach_port_t file = name;
  if (internal)
    file = r->info.vri_needs_copy ? shadow : MACH_PORT_NULL;
  /* Of another pager's nobody tells when it changes.  */
  r->external = (object.voi_object == r->info.vri_object
		 && MACH_PORT_VALID (file) && hooks->memory_id
		 && hooks->memory_id (hooks->context, file, &r->file,
				      &r->version, &size, &prot) == 0);
  r->is_file = r->external && !internal && !r->info.vri_needs_copy;
  if (MACH_PORT_VALID (shadow))
    mach_port_deallocate (mach_task_self (), shadow);
  if (MACH_PORT_VALID (copy))
    mach_port_deallocate (mach_task_self (), copy);
}

/* Note the region INFO of task T, whose object the kernel calls NAME.  */
static error_t
list_region (struct ckpt_image *image, struct cap_task *t,
	     const vm_region_info_t *info, mach_port_t name)
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
  r->info = *info;
  r->old = -1;
  r->has_data = info->vri_object != 0;
  const struct cap_pager *pager = (info->vri_needs_copy ? NULL
				   : cap_pager_of (image, info->vri_object));
  if (pager)
    {
      r->has_data = false;
      r->region.memory = pager->memory;
      r->region.offset = info->vri_offset;
    }
  else if (r->has_data && cap_is_transient (image->env, t->task, info))
    {
      r->has_data = false;
      r->region.flags = CI_REGION_TRANSIENT;
    }
  else
    classify (image, t, r, name);
  return 0;
}

static error_t
list_regions (struct ckpt_image *image, struct cap_task *t)
{
  vm_address_t address = 0;

  do
    {
      vm_region_info_t info;
      mach_port_t object;
      error_t err = mach_vm_region_info (t->task, address, &info, &object);
      if (err == KERN_NO_SPACE)
	return 0;
      if (err)
	return err;
      err = list_region (image, t, &info, object);
      if (MACH_PORT_VALID (object))
	mach_port_deallocate (mach_task_self (), object);
      if (err)
	return err;
      address = info.vri_end;
    }
  while (address);
  return 0;
}

/* Find or take the snapshot of R.  */
static void
snap (struct ckpt_image *image, struct cap_task *t, struct cap_region *r)
{
  if (!r->has_data || r->is_file)
    return;
  if (!r->region.memory)
    {
      r->old = find_clean (t->known, &r->info);
      if (r->old >= 0 || cap_copy (image, t, r) == 0)
	return;
    }
  if (!(r->info.vri_max_protection & VM_PROT_READ))
    {
      /* Nobody will ever read it.  */
      r->has_data = false;
      if (r->info.vri_max_protection)
	cap_fail (image, "pid %d: memory at %#zx can only be executed or written"
		  " to", t->pid, (size_t) r->info.vri_start);
      return;
    }
  image->stats->snapshots++;
  error_t err = snapshot_take (t->task, &r->info, &r->snapshot);
  if (err)
    cap_fail (image, "pid %d: memory at %#zx cannot be read: %s", t->pid,
	      (size_t) r->info.vri_start, strerror (err));
  if (r->region.memory)
    r->snapshot.tracked = false;
}

error_t
cap_memory (struct ckpt_image *image)
{
  error_t err = cap_find_pagers (image);
  for (uint32_t i = 0; err == 0 && i < image->ntasks; i++)
    err = list_regions (image, &image->tasks[i]);
  if (err == 0)
    err = cap_share (image);
  for (uint32_t i = 0; err == 0 && i < image->ntasks; i++)
    {
      struct cap_task *t = &image->tasks[i];
      struct ci_task *ci = &image->ci.tasks[i];
      ci->regions = calloc (t->nregions + 1, sizeof *ci->regions);
      if (ci->regions == NULL)
	return ENOMEM;
      ci->nregions = t->nregions;
      for (uint32_t j = 0; j < t->nregions; j++)
	{
	  struct cap_region *r = &t->regions[j];
	  snap (image, t, r);
	  if (r->has_data && r->region.memory == 0)
	    r->region.flags = CI_REGION_DATA;
	  ci->regions[j] = r->region;
	}
    }
  return err;
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
