/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which regions show the same memory, so that one sees what is written through
   another?

   Two regions do if they are of the same object of the kernel and neither has to
   be copied before it is written to.  (Parts of what once was one region of a
   task are of one object, too, but do not overlap.)  */

#include <stdlib.h>
#include "internal.h"

struct place
{
  struct cap_region *region;
  uint32_t task;
};

static vm_size_t
length (const struct cap_region *r)
{
  return r->info.vri_end - r->info.vri_start;
}

static int
compare (const void *a, const void *b)
{
  const vm_region_info_t *x = &((const struct place *) a)->region->info;
  const vm_region_info_t *y = &((const struct place *) b)->region->info;
  if (x->vri_object != y->vri_object)
    return x->vri_object < y->vri_object ? -1 : 1;
  if (x->vri_offset != y->vri_offset)
    return x->vri_offset < y->vri_offset ? -1 : 1;
  return 0;
}

/* Are the N regions at P, of one object, more than parts of one?  */
static bool
is_shared (const struct place *p, size_t n)
{
  vm_offset_t end = p->region->info.vri_offset;
  for (size_t i = 0; i < n; i++)
    {
      if (p[i].task != p->task || p[i].region->info.vri_offset < end)
	return true;
      end = p[i].region->info.vri_offset + length (p[i].region);
    }
  return false;
}

/* The N regions at P show one object, which is shared or a file's.  */
static error_t
share (struct ckpt_image *image, struct place *p, size_t n)
{
  struct ci_memory *m = ci_append (&image->ci.memories, &image->ci.nmemories,
				   sizeof *m);
  if (m == NULL)
    return ENOMEM;
  m->kind = p->region->is_file ? CI_MEMORY_FILE : CI_MEMORY_OWN;
  m->id = p->region->is_file ? p->region->file : image->env->next_task_id++;
  vm_offset_t base = p->region->info.vri_offset, covered = base;
  for (size_t i = 0; i < n; i++)
    {
      struct cap_region *r = p[i].region;
      vm_offset_t offset = r->info.vri_offset, end = offset + length (r);
      r->region.memory = image->ci.nmemories;
      /* Offsets of pure memory count from the first byte that anyone sees.  */
      r->region.offset = r->is_file ? offset : offset - base;
      if (!r->is_file && end - base > m->size)
	m->size = end - base;
      /* One snapshot of each part is enough.  */
      if (!(r->info.vri_max_protection & VM_PROT_READ)
	  || (end <= covered && covered > base))
	r->has_data = false;
      else if (end > covered)
	covered = end;
    }
  return 0;
}

error_t
cap_share (struct ckpt_image *image)
{
  size_t n = 0, end;
  error_t err = 0;
  for (uint32_t i = 0; i < image->ntasks; i++)
    n += image->tasks[i].nregions;
  struct place *places = calloc (n + 1, sizeof *places);
  if (places == NULL)
    return ENOMEM;
  n = 0;
  for (uint32_t i = 0; i < image->ntasks; i++)
    for (uint32_t j = 0; j < image->tasks[i].nregions; j++)
      {
	struct cap_region *r = &image->tasks[i].regions[j];
	if (r->info.vri_object && !r->info.vri_needs_copy
	    && !r->region.memory)
	  places[n++] = (struct place) { r, i };
      }
  qsort (places, n, sizeof *places, compare);
  for (size_t i = 0; err == 0 && i < n; i = end)
    {
      vm_offset_t object = places[i].region->info.vri_object;
      for (end = i + 1; end < n; end++)
	if (places[end].region->info.vri_object != object)
	  break;
      if (places[i].region->is_file || is_shared (places + i, end - i))
	err = share (image, places + i, end - i);
    }
  free (places);
  return err;
}
