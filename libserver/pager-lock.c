/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Having the kernel return and forget pages.  */

#include <mach/memory_object.h>
#include "pager-internal.h"

/* Send one request for what is in the range and wait for its completion.  The kernel
   looks at each page of the range, had or not: it is told no more than it can
   have.  */
static error_t
request (struct fs_pager *p, uint64_t offset, uint64_t len, bool flush)
{
  uint64_t page = vm_page_size, limit = (vm_offset_t) -page;
  uint64_t end = len ? offset + len : limit;
  error_t err = 0;

  offset &= ~(page - 1);
  end = (end + page - 1) & ~(page - 1);
  if (end > limit)
    end = limit;
  pthread_mutex_lock (&p->lock);
  /* Pages that were read before a change must not come after the flush.  */
  while (p->locking || (flush && p->reads))
    pthread_cond_wait (&p->changed, &p->lock);
  if (end > p->extent)
    end = p->extent;
  if (MACH_PORT_VALID (p->control) && offset < end
      && (flush || p->writable))
    {
      mach_port_t control = p->control;
      p->locking = true;
      p->locked = false;
      sv_right_ref (control);
      pthread_mutex_unlock (&p->lock);
      err = memory_object_lock_request (control, offset, end - offset,
					flush ? MEMORY_OBJECT_RETURN_NONE
					: MEMORY_OBJECT_RETURN_DIRTY,
					flush, VM_PROT_NO_CHANGE,
					p->port.right);
      mach_port_deallocate (mach_task_self (), control);
      pthread_mutex_lock (&p->lock);
      while (!err && !p->locked && MACH_PORT_VALID (p->control))
	pthread_cond_wait (&p->changed, &p->lock);
      /* The kernel has gone meanwhile: then it has returned everything.  */
      if (!MACH_PORT_VALID (p->control))
	err = 0;
      p->locking = false;
      pthread_cond_broadcast (&p->changed);
    }
  while (!flush && p->writes)
    pthread_cond_wait (&p->changed, &p->lock);
  pthread_mutex_unlock (&p->lock);
  return err;
}

error_t
fs_pager_return (struct fs_pager *p, uint64_t offset, uint64_t len)
{
  return request (p, offset, len, false);
}

error_t
fs_pager_flush (struct fs_pager *p, uint64_t offset, uint64_t len)
{
  return request (p, offset, len, true);
}

void
fs_pager_uncache (struct fs_pager *p)
{
  pthread_mutex_lock (&p->lock);
  if (!p->nocache && MACH_PORT_VALID (p->control))
    memory_object_change_attributes (p->control, FALSE,
				     MEMORY_OBJECT_COPY_DELAY,
				     MACH_PORT_NULL);
  p->nocache = true;
  pthread_mutex_unlock (&p->lock);
}
