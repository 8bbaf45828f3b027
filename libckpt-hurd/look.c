/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a few bytes of tasks that stand still.  Threads that wait do it at the same
   instructions, with their arguments and messages near each other on the stack; so what
   has been read stays mapped until the stop is over.  */

#include <string.h>
#include <hurd.h>
#include <hurd/sigpreempt.h>
#include "internal.h"

error_t
cap_look (struct ckpt_image *image, task_t task, vm_address_t address,
	  void *buffer, size_t len)
{
  vm_address_t start = trunc_page (address);
  vm_size_t size = round_page (address + len) - start;
  struct cap_seen *s = NULL;
  mach_msg_type_number_t n;

  if (address + len < address)
    return KERN_INVALID_ADDRESS;
  for (int i = 0; i < CAP_SEEN && s == NULL; i++)
    if (image->seen[i].data && image->seen[i].task == task
	&& image->seen[i].start <= start
	&& start + size <= image->seen[i].start + image->seen[i].size)
      s = &image->seen[i];
  if (s == NULL)
    {
      s = &image->seen[image->next_seen++ % CAP_SEEN];
      cap_unsee (s);
      error_t err = vm_read (task, start, size, &s->data, &n);
      if (err)
	{
	  s->data = 0;
	  return err;
	}
      s->task = task;
      s->start = start;
      s->size = size;
    }
  /* What is still to come from the checkpoint that was restored may be damaged.  */
  if (image->env->lazy)
    return hurd_safe_copyin (buffer, (void *) (s->data + (address - s->start)),
			     len) ? KERN_MEMORY_ERROR : 0;
  memcpy (buffer, (void *) (s->data + (address - s->start)), len);
  return 0;
}

void
cap_unsee (struct cap_seen *s)
{
  if (s->data)
    vm_deallocate (mach_task_self (), s->data, s->size);
  s->data = 0;
}
