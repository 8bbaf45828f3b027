/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A task's memory.  Each region is put together in our own space, or mapped there from
   the store (restore-lazy.c), and then given to the task as a whole, by reference; pages
   that were never touched stay so.  */

#include <string.h>
#include <hurd.h>
#include <hurd/sigpreempt.h>
#include <stable-store/store.h>
#include "internal.h"

/* What is read at once is given in pieces of at most so many bytes.  */
#define PIECE	(128U * 1024 * 1024)

error_t
res_fill (struct store_ckpt *ckpt, uint64_t object, vm_address_t address,
	  vm_size_t size, vm_address_t buffer, struct ckpt_stats *stats)
{
  uint64_t page = address / CI_PAGE, end = page + size / CI_PAGE;

  for (;;)
    {
      error_t err = store_next_page (ckpt, object, page, &page);
      if (err == ENOENT || (err == 0 && page >= end))
	return 0;
      if (err)
	return err;
      uint64_t run = page + 1, next;
      while (run < end && run - page < 256
	     && store_next_page (ckpt, object, run, &next) == 0 && next == run)
	run++;
      err = store_read_pages (ckpt, object, page, run - page,
			      (void *) (uintptr_t) (buffer + (page * CI_PAGE
							      - address)));
      if (err)
	return err;
      stats->pages += run - page;
      page = run;
    }
}

error_t
ckpt_poke (task_t task, vm_address_t address, uint32_t value)
{
  vm_address_t page = trunc_page (address), data;
  mach_msg_type_number_t n;
  error_t err = vm_read (task, page, vm_page_size, &data, &n);
  if (err)
    return err;
  /* The page may have to be read only now.  */
  err = hurd_safe_copyout ((void *) (data + (address - page)), &value,
			   sizeof value) ? EIO : 0;
  if (err == 0)
    err = vm_write (task, page, data, vm_page_size);
  vm_deallocate (mach_task_self (), data, n);
  return err;
}

static bool
is_in (uint32_t address, const struct ci_region *r)
{
  return address && address >= r->start && address <= r->end - 4;
}

error_t
res_patch (struct ckpt_image *image, uint32_t task, const struct ci_region *r)
{
  error_t err = 0;
  for (uint32_t i = 0; err == 0 && i < image->ci.nthreads; i++)
    {
      const struct ci_thread *t = &image->ci.threads[i];
      if (t->task == task && is_in (t->patch_address, r))
	err = ckpt_poke (image->new_tasks[task], t->patch_address,
			 t->patch_value);
      if (err == 0 && t->task == task && is_in (t->timeout_address, r))
	err = ckpt_poke (image->new_tasks[task], t->timeout_address, t->timeout);
    }
  return err;
}

/* Read SIZE bytes at ADDRESS of the task into new memory of ours.  */
static error_t
read_piece (struct ckpt_image *image, uint32_t task, struct store_ckpt *ckpt,
	    vm_address_t address, vm_size_t size, vm_address_t *buffer)
{
  error_t err = vm_allocate (mach_task_self (), buffer, size, TRUE);
  if (err)
    return err;
  err = res_fill (ckpt, CI_OBJECT_TASK + image->ci.tasks[task].id, address, size,
		  *buffer, image->stats);
  if (err)
    {
      ckpt_report (image->report, "checkpoint %llu: memory of pid %u at %#zx"
		   " cannot be read: %s",
		   (unsigned long long) store_ckpt_number (ckpt),
		   image->ci.tasks[task].pid, (size_t) address,
		   err == EILSEQ ? "its page does not verify" : strerror (err));
      vm_deallocate (mach_task_self (), *buffer, size);
    }
  return err;
}

/* Fill *SIZE bytes at ADDRESS of the task, or less: as many as can be had at once.
   *BUFFER then is our own copy.  */
static error_t
restore_piece (struct ckpt_image *image, uint32_t task,
	       struct store_ckpt *ckpt, vm_address_t address, vm_size_t *size,
	       vm_address_t *buffer)
{
  const struct ci_task *t = &image->ci.tasks[task];
  error_t err = res_lazy (image, ckpt, CI_OBJECT_TASK + t->id,
			  address / CI_PAGE, *size, t->pid, buffer);
  if (err)
    {
      if (*size > PIECE)
	*size = PIECE;
      err = read_piece (image, task, ckpt, address, *size, buffer);
    }
  if (err)
    return err;
  err = vm_write (image->new_tasks[task], address, *buffer, *size);
  if (err)
    vm_deallocate (mach_task_self (), *buffer, *size);
  return err;
}

/* What the task got is a copy of our BUFFER: keep that as the snapshot of the
   restored checkpoint, so that the next one knows what was written since.  */
static error_t
keep (struct known_task *k, const struct ci_region *r, vm_address_t buffer)
{
  vm_size_t size = r->end - r->start;
  vm_region_info_t info;
  mach_port_t object;
  error_t err = mach_vm_region_info (k->task, r->start, &info, &object);
  if (err == 0 && MACH_PORT_VALID (object))
    mach_port_deallocate (mach_task_self (), object);
  struct snapshot *s = NULL;
  if (err == 0 && info.vri_start <= r->start && info.vri_end >= r->end
      && info.vri_needs_copy && !info.vri_sharing)
    s = ci_append (&k->snapshots, &k->nsnapshots, sizeof *s);
  if (s == NULL)
    return vm_deallocate (mach_task_self (), buffer, size);
  s->start = r->start;
  s->end = r->end;
  s->data = buffer;
  s->parcel = MACH_PORT_NULL;
  s->object = info.vri_object;
  s->offset = info.vri_offset + (r->start - info.vri_start);
  s->tracked = true;
  snapshot_close (s);
  return 0;
}

static error_t
restore_region (struct ckpt_image *image, uint32_t task,
		struct store_ckpt *ckpt, const struct ci_region *r,
		struct known_task *k)
{
  task_t target = image->new_tasks[task];
  vm_address_t address = r->start, buffer;
  vm_size_t size = r->end - r->start, piece;
  const struct ci_memory *m = (r->memory ? &image->ci.memories[r->memory - 1]
			       : NULL);
  error_t err;
  if (m && m->kind != CI_MEMORY_COPY)
    return 0;			/* Its turn comes when there are pagers.  */
  err = vm_allocate (target, &address, size, FALSE);
  if (err == 0 && m && m->kind == CI_MEMORY_COPY)
    err = res_copy (image, task, r);

  for (vm_size_t done = 0; err == 0 && r->flags & CI_REGION_DATA
       && done < size; done += piece)
    {
      piece = size - done;
      err = restore_piece (image, task, ckpt, r->start + done, &piece, &buffer);
      if (err == 0 && piece == size)
	err = keep (k, r, buffer);
      else if (err == 0)
	vm_deallocate (mach_task_self (), buffer, piece);
    }
  if (err == 0 && r->flags & CI_REGION_TRANSIENT)
    err = ckpt_env_transient (image->env, target, r->start, r->end, true);
  if (err == 0)
    err = res_patch (image, task, r);
  if (err == 0)
    err = vm_inherit (target, r->start, size, r->inheritance);
  if (err == 0)
    err = vm_protect (target, r->start, size, FALSE, r->protection);
  if (err == 0)
    err = vm_protect (target, r->start, size, TRUE, r->max_protection);
  return err;
}

error_t
res_memory (struct ckpt_image *image, uint32_t task, struct store_ckpt *ckpt,
	    struct known_task *k)
{
  const struct ci_task *t = &image->ci.tasks[task];

  for (uint32_t i = 0; i < t->nregions; i++)
    {
      error_t err = restore_region (image, task, ckpt, &t->regions[i], k);
      if (err)
	return err;
    }
  k->written = true;
  return 0;
}
