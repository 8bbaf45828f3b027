/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory objects that regions share.  */

#include <string.h>
#include <stable-store/store.h>
#include "internal.h"

/* Read object number I into new memory of ours, or map it there.  */
static error_t
read_object (struct ckpt_image *image, uint32_t i, struct store_ckpt *ckpt,
	     vm_address_t *buffer)
{
  const struct ci_memory *m = &image->ci.memories[i];
  if (m->kind == CI_MEMORY_COPY
      && res_lazy (image, ckpt, CI_OBJECT_MEMORY + m->id, 0, m->size, 0, buffer)
	 == 0)
    return 0;
  error_t err = vm_allocate (mach_task_self (), buffer, m->size, TRUE);
  if (err)
    return err;
  err = res_fill (ckpt, CI_OBJECT_MEMORY + m->id, 0, m->size, *buffer,
		  image->stats);
  if (err)
    {
      ckpt_report (image->report, "checkpoint %llu: shared memory cannot be"
		   " read: %s", (unsigned long long) store_ckpt_number (ckpt),
		   err == EILSEQ ? "its page does not verify"
		   : strerror (err));
      vm_deallocate (mach_task_self (), *buffer, m->size);
    }
  return err;
}

/* Our memory at BUFFER, of which tasks get copies, is known to be in the
   store.  */
static error_t
add_copy (struct ckpt_image *image, const struct ci_memory *m,
	  vm_address_t buffer)
{
  struct ckpt_env *env = image->env;
  struct copy *c = ci_append (&env->copies, &env->ncopies, sizeof *c);
  if (c == NULL)
    {
      vm_deallocate (mach_task_self (), buffer, m->size);
      return ENOMEM;
    }
  c->s.data = buffer;
  c->s.end = m->size;
  c->id = m->id;
  c->written = true;
  return 0;
}

error_t
res_objects (struct ckpt_image *image, struct store_ckpt *ckpt)
{
  error_t err = 0;

  for (uint32_t i = 0; err == 0 && i < image->ci.nmemories; i++)
    {
      const struct ci_memory *m = &image->ci.memories[i];
      vm_address_t buffer;
      if (m->kind == CI_MEMORY_FILE || m->kind == CI_MEMORY_PAGER)
	continue;
      err = read_object (image, i, ckpt, &buffer);
      if (err)
	break;
      if (m->kind == CI_MEMORY_COPY)
	err = add_copy (image, m, buffer);
      if (err == 0)
	image->buffers[i] = buffer;
    }
  return err;
}

error_t
res_copy (struct ckpt_image *image, uint32_t task, const struct ci_region *r)
{
  struct ckpt_env *env = image->env;
  vm_address_t buffer = image->buffers[r->memory - 1] + r->offset;
  vm_region_info_t info;
  mach_port_t object;
  error_t err = vm_write (image->new_tasks[task], r->start, buffer,
			  r->end - r->start);
  if (err || r->offset
      || mach_vm_region_info (image->new_tasks[task], r->start, &info,
			      &object))
    return err;
  if (MACH_PORT_VALID (object))
    mach_port_deallocate (mach_task_self (), object);
  /* This is how the next checkpoint will find it.  */
  for (uint32_t i = 0; i < env->ncopies; i++)
    if (env->copies[i].s.data == buffer && env->copies[i].s.object == 0
	&& info.vri_needs_copy && info.vri_start <= r->start)
      {
	env->copies[i].s.object = info.vri_object;
	env->copies[i].s.offset = info.vri_offset + (r->start - info.vri_start);
      }
  return 0;
}

/* A right to memory object number I.  */
static error_t
object_right (struct ckpt_image *image, uint32_t i, int prot,
	      mach_port_t *right)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  const struct ci_memory *m = &image->ci.memories[i];
  error_t err = 0;

  if (m->kind == CI_MEMORY_FILE)
    return (hooks->memory_right
	    ? hooks->memory_right (hooks->context, m->id, prot, right)
	    : ENOTSUP);
  if (image->objects[i] == MACH_PORT_NULL && m->kind == CI_MEMORY_OWN)
    {
      vm_address_t buffer = image->buffers[i];
      image->buffers[i] = 0;
      err = (hooks->memory_create
	     ? hooks->memory_create (hooks->context, buffer, m->size,
				     &image->objects[i]) : ENOTSUP);
    }
  *right = image->objects[i];
  return err ? err : mach_port_mod_refs (mach_task_self (), *right,
					 MACH_PORT_RIGHT_SEND, 1);
}

static error_t
map_object (struct ckpt_image *image, uint32_t task,
	    const struct ci_region *r)
{
  vm_address_t address = r->start;
  mach_port_t object;
  error_t err = object_right (image, r->memory - 1, r->max_protection,
			      &object);
  if (err == 0)
    {
      err = vm_map (image->new_tasks[task], &address, r->end - r->start, 0,
		    FALSE, object, r->offset, FALSE, r->protection,
		    r->max_protection, r->inheritance);
      mach_port_deallocate (mach_task_self (), object);
    }
  /* What a pager inside has cannot be changed before it runs.  */
  if (err == 0 && image->ci.memories[r->memory - 1].kind != CI_MEMORY_PAGER)
    err = res_patch (image, task, r);
  if (err)
    ckpt_report (image->report, "pid %u: the memory object at %#zx cannot be"
		 " mapped: %s", image->ci.tasks[task].pid, (size_t) r->start,
		 strerror (err));
  return err;
}

/* Regions that show what pagers have: now that those can be made, for their ports
   must not take the ids of what was restored.  */
error_t
res_files (struct ckpt_image *image)
{
  error_t err = res_pagers (image);

  for (uint32_t i = 0; i < image->ci.ntasks; i++)
    for (uint32_t j = 0; err == 0 && j < image->ci.tasks[i].nregions; j++)
      {
	const struct ci_region *r = &image->ci.tasks[i].regions[j];
	if (r->memory
	    && image->ci.memories[r->memory - 1].kind != CI_MEMORY_COPY)
	  err = map_object (image, i, r);
      }
  res_unmap_pagers (image);
  return err;
}
