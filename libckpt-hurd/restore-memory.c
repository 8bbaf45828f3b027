/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A task's memory.  Each region is put together in our own space and then given
   to the task as a whole, by reference; pages that were never touched stay
   so.  */

#include <string.h>
#include <stable-store/store.h>
#include "internal.h"

/* Regions are given in pieces of at most so many bytes.  */
#define PIECE	(128U * 1024 * 1024)

/* Read what the store has of the SIZE bytes at ADDRESS to BUFFER.  */
static error_t
fill (struct store_ckpt *ckpt, uint64_t object, vm_address_t address,
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

/* Change the words of this piece that threads want to be changed.  */
static void
patch (const struct ci_image *ci, uint32_t task, vm_address_t address,
       vm_size_t size, vm_address_t buffer)
{
  for (uint32_t i = 0; i < ci->nthreads; i++)
    {
      const struct ci_thread *t = &ci->threads[i];
      if (t->task == task && t->patch_address >= address
	  && t->patch_address - address <= size - 4)
	memcpy ((void *) (buffer + (t->patch_address - address)),
		&t->patch_value, 4);
    }
}

static error_t
restore_piece (struct ckpt_image *image, uint32_t task,
	       struct store_ckpt *ckpt, vm_address_t address, vm_size_t size)
{
  vm_address_t buffer;
  error_t err = vm_allocate (mach_task_self (), &buffer, size, TRUE);
  if (err)
    return err;
  err = fill (ckpt, CI_OBJECT_TASK + image->ci.tasks[task].id, address, size,
	      buffer, image->stats);
  if (err)
    ckpt_report (image->report, "checkpoint %llu: memory of pid %u at %#zx"
		 " cannot be read: %s",
		 (unsigned long long) store_ckpt_number (ckpt),
		 image->ci.tasks[task].pid, (size_t) address, strerror (err));
  if (err == 0)
    {
      patch (&image->ci, task, address, size, buffer);
      err = vm_write (image->new_tasks[task], address, buffer, size);
    }
  vm_deallocate (mach_task_self (), buffer, size);
  return err;
}

static error_t
restore_region (struct ckpt_image *image, uint32_t task,
		struct store_ckpt *ckpt, const struct ci_region *r)
{
  task_t target = image->new_tasks[task];
  vm_address_t address = r->start;
  vm_size_t size = r->end - r->start;
  error_t err = vm_allocate (target, &address, size, FALSE);

  for (vm_size_t done = 0; err == 0 && r->flags & CI_REGION_DATA
       && done < size;)
    {
      vm_size_t piece = size - done < PIECE ? size - done : PIECE;
      err = restore_piece (image, task, ckpt, r->start + done, piece);
      done += piece;
    }
  if (err == 0)
    err = vm_inherit (target, r->start, size, r->inheritance);
  if (err == 0)
    err = vm_protect (target, r->start, size, FALSE, r->protection);
  if (err == 0)
    err = vm_protect (target, r->start, size, TRUE, r->max_protection);
  return err;
}

error_t
res_memory (struct ckpt_image *image, uint32_t task, struct store_ckpt *ckpt)
{
  const struct ci_task *t = &image->ci.tasks[task];

  for (uint32_t i = 0; i < t->nregions; i++)
    {
      error_t err = restore_region (image, task, ckpt, &t->regions[i]);
      if (err)
	return err;
    }
  return 0;
}
