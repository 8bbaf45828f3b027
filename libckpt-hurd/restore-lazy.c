/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that is read when it is touched.

   A memory object of ours has the pages as the checkpoint has them, and is never
   written to: what tasks get is a copy of it, copy on write.  In the kernel that is a
   chain of two objects, the copy, which stays empty (but for zeros that were read), and
   behind it ours.  What a task writes goes into an object in front of the copy, as it
   does after a snapshot.  So the copy is what the restored checkpoint's snapshot refers
   to: a page in front of it was written since, a page behind it, had or not, is as it was
   stored, and remains a reference in the next checkpoints.

   The kernel may forget pages of ours at any time and ask for them again; so the
   checkpoint stays open as long as anything refers to one of these objects.

   Small regions, and those of which little is stored (stacks, mostly), are read at once:
   an object for each would cost more.  */

#include <hurd.h>
#include <hurd/sigpreempt.h>
#include <stable-store/store.h>
#include "internal.h"

#define LAZY_MIN	32	/* Stored pages that are worth it.  */

error_t
res_lazy (struct ckpt_image *image, struct store_ckpt *ckpt, uint64_t object,
	  uint64_t first, vm_size_t size, pid_t pid, vm_address_t *buffer)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  uint64_t page = first;
  mach_port_t right;

  if (hooks->memory_lazy == NULL)
    return ESRCH;
  for (int n = 0; n < LAZY_MIN; n++, page++)
    if (store_next_page (ckpt, object, page, &page)
	|| page >= first + size / CI_PAGE)
      return ESRCH;
  error_t err = hooks->memory_lazy (hooks->context, object, first, size, pid,
				    &right);
  if (err)
    return err;
  err = vm_map (mach_task_self (), buffer, size, 0, TRUE, right, 0, TRUE,
		VM_PROT_READ | VM_PROT_WRITE, VM_PROT_ALL, VM_INHERIT_NONE);
  mach_port_deallocate (mach_task_self (), right);
  if (err == 0)
    image->stats->lazy += size / CI_PAGE;
  return err;
}

bool
res_is_own (const struct ckpt_image *image, uint32_t task, vm_address_t address)
{
  const struct ci_task *t = &image->ci.tasks[task];

  for (uint32_t i = 0; i < t->nregions; i++)
    {
      const struct ci_region *r = &t->regions[i];
      if (r->start <= address && address < r->end)
	return (r->memory == 0
		|| image->ci.memories[r->memory - 1].kind == CI_MEMORY_COPY);
    }
  return false;
}

/* Have SIZE bytes at ADDRESS of task number TASK in memory.  What cannot be read is found
   out by whom it concerns.  *WORDS (SIZE bytes; NULL: none) gets them.  */
static bool
touch (const struct ckpt_image *image, uint32_t task, vm_address_t address,
       vm_size_t size, void *words)
{
  vm_address_t start = trunc_page (address), data;
  vm_size_t len = round_page (address + size) - start;
  mach_msg_type_number_t n;
  bool good = true;
  char byte;

  if (size == 0 || address + size < address || len > 64 * vm_page_size
      || !res_is_own (image, task, start)
      || !res_is_own (image, task, start + len - 1)
      || vm_read (image->new_tasks[task], start, len, &data, &n))
    return false;
  for (vm_size_t i = 0; i < len; i += vm_page_size)
    good &= hurd_safe_copyin (&byte, (void *) (data + i), 1) == 0;
  if (words)
    good = hurd_safe_copyin (words, (void *) (data + (address - start)),
			     size) == 0;
  vm_deallocate (mach_task_self (), data, n);
  return good;
}

/* A thread that has to wait for a page when it enters its trap looks as if it were in its
   wait, and the C library's signal thread, which goes by that, would abort it
   there.  So the code, the arguments and the message to be sent come first.  */
void
res_touch (struct ckpt_image *image)
{
  enum { RETURN, MESSAGE, OPTION, SEND_SIZE, WORDS };

  for (uint32_t i = 0; image->stats->lazy && i < image->ci.nthreads; i++)
    {
      const struct ci_thread *t = &image->ci.threads[i];
      uint32_t words[WORDS];

      if (t->wait != CI_WAIT_TRAP)
	continue;
      touch (image, t->task, t->regs[CI_EIP], 16, NULL);
      if (touch (image, t->task, t->regs[CI_UESP], sizeof words, words)
	  && (int32_t) t->regs[CI_EAX] == -25 && words[OPTION] & MACH_SEND_MSG)
	touch (image, t->task, words[MESSAGE], words[SEND_SIZE], NULL);
    }
}
