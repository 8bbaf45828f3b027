/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel's requests to a memory object.  All are without a reply; each has
   a right to the control port, to be released.  */

#include <mach/memory_object.h>
#include "pager-internal.h"
#include "memory_object_S.h"

/* How much is supplied at once.  */
#define AHEAD_PAGES	16

static struct fs_pager *
lookup (mach_port_t object)
{
  return sv_lookup (object, &fs_pager_class);
}

static void
drop (mach_port_t name)
{
  if (MACH_PORT_VALID (name))
    mach_port_deallocate (mach_task_self (), name);
}

kern_return_t
S_memory_object_init (mach_port_t object, mach_port_t control,
		      mach_port_t name, vm_size_t page_size)
{
  struct fs_pager *p = lookup (object);
  if (p == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&p->lock);
  bool accepted = !MACH_PORT_VALID (p->control) && page_size == vm_page_size;
  if (accepted)
    {
      p->control = control;
      p->name = name;
      memory_object_ready (control, !p->nocache, MEMORY_OBJECT_COPY_DELAY);
    }
  pthread_mutex_unlock (&p->lock);
  if (!accepted)
    {
      memory_object_destroy (control, KERN_FAILURE);
      drop (control);
      drop (name);
    }
  sv_unref (p);
  return 0;
}

kern_return_t
S_memory_object_terminate (mach_port_t object, mach_port_t control,
			   mach_port_t name)
{
  struct fs_pager *p = lookup (object);
  if (p == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&p->lock);
  /* The receive right has the name of the send right that we have had.  */
  mach_port_t ours = p->control, ours_too = p->name;
  p->control = p->name = MACH_PORT_NULL;
  p->writable = false;
  p->extent = 0;
  pthread_cond_broadcast (&p->changed);
  pthread_mutex_unlock (&p->lock);
  drop (ours);
  drop (ours_too);
  if (MACH_PORT_VALID (control))
    mach_port_mod_refs (mach_task_self (), control, MACH_PORT_RIGHT_RECEIVE,
			-1);
  if (MACH_PORT_VALID (name))
    mach_port_mod_refs (mach_task_self (), name, MACH_PORT_RIGHT_RECEIVE, -1);
  sv_unref (p);
  return 0;
}

/* On success the kernel takes the memory.  */
static void
give (mach_port_t control, vm_offset_t offset, vm_address_t data,
      vm_size_t len)
{
  if (memory_object_data_supply (control, offset, data, len, TRUE,
				 VM_PROT_NONE, FALSE, MACH_PORT_NULL))
    vm_deallocate (mach_task_self (), data, len);
}

void
fs_pager_supply (struct fs_pager *p, uint64_t offset, vm_address_t data,
		 vm_size_t len)
{
  pthread_mutex_lock (&p->lock);
  mach_port_t control = p->control;
  if (MACH_PORT_VALID (control))
    sv_right_ref (control);
  pthread_mutex_unlock (&p->lock);
  if (MACH_PORT_VALID (control))
    {
      give (control, offset, data, len);
      mach_port_deallocate (mach_task_self (), control);
    }
  else
    vm_deallocate (mach_task_self (), data, len);
}

/* Read LEN bytes at OFFSET and give them to the kernel.  */
static error_t
supply (struct fs_pager *p, mach_port_t control, vm_offset_t offset,
	vm_size_t len)
{
  vm_address_t data = 0;
  error_t err = vm_allocate (mach_task_self (), &data, len, TRUE);
  if (err)
    return err;
  pthread_mutex_lock (&p->lock);
  if (p->extent < (uint64_t) offset + len)
    p->extent = (uint64_t) offset + len;
  pthread_mutex_unlock (&p->lock);
  err = p->ops->read (p->user, offset, len, (void *) data);
  if (err)
    {
      vm_deallocate (mach_task_self (), data, len);
      return err;
    }
  give (control, offset, data, len);
  return 0;
}

/* Answer a request for LENGTH bytes at OFFSET of P.  */
static void
answer (struct fs_pager *p, mach_port_t control, vm_offset_t offset,
	vm_size_t length)
{
  uint64_t size = p->ops->size (p->user), page = vm_page_size;
  uint64_t end = (size + page - 1) & ~(page - 1);
  uint64_t len = length > AHEAD_PAGES * page ? length : AHEAD_PAGES * page;
  error_t err = 0;
  if (end > (vm_offset_t) -page)
    end = (vm_offset_t) -page;
  if (offset >= end || offset + (uint64_t) length > end)
    err = EIO;
  if (!err && len > end - offset)
    len = end - offset;
  if (!err && p->ops->run)
    {
      uint64_t run = p->ops->run (p->user, offset, len);
      if (run < length)
	{
	  memory_object_data_unavailable (control, offset, length);
	  return;
	}
      len = run;
    }
  if (!err)
    err = supply (p, control, offset, len);
  if (err && len > length)
    /* What was only read ahead may be to blame.  */
    err = offset < end && offset + (uint64_t) length <= end
      ? supply (p, control, offset, length) : err;
  if (err)
    memory_object_data_error (control, offset, length, KERN_MEMORY_ERROR);
}

kern_return_t
S_memory_object_data_request (mach_port_t object, mach_port_t control,
			      vm_offset_t offset, vm_size_t length,
			      vm_prot_t access)
{
  struct fs_pager *p = lookup (object);
  if (p == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&p->lock);
  p->reads++;
  pthread_mutex_unlock (&p->lock);

  answer (p, control, offset, length);

  pthread_mutex_lock (&p->lock);
  p->reads--;
  pthread_cond_broadcast (&p->changed);
  pthread_mutex_unlock (&p->lock);
  drop (control);
  sv_unref (p);
  return 0;
}

kern_return_t
S_memory_object_data_return (mach_port_t object, mach_port_t control,
			     vm_offset_t offset, vm_offset_t data,
			     mach_msg_type_number_t count, boolean_t dirty,
			     boolean_t kernel_copy)
{
  struct fs_pager *p = lookup (object);
  if (p == NULL)
    return EOPNOTSUPP;
  if (dirty)
    p->ops->write (p->user, offset, count, (void *) data);
  vm_deallocate (mach_task_self (), data, count);
  drop (control);
  sv_unref (p);
  return 0;
}

kern_return_t
S_memory_object_lock_completed (mach_port_t object, mach_port_t control,
				vm_offset_t offset, vm_size_t length)
{
  struct fs_pager *p = lookup (object);
  if (p == NULL)
    return EOPNOTSUPP;
  pthread_mutex_lock (&p->lock);
  p->locked = true;
  pthread_cond_broadcast (&p->changed);
  pthread_mutex_unlock (&p->lock);
  drop (control);
  sv_unref (p);
  return 0;
}

kern_return_t
S_memory_object_data_unlock (mach_port_t object, mach_port_t control,
			     vm_offset_t offset, vm_size_t length,
			     vm_prot_t access)
{
  /* Nothing is ever locked.  */
  memory_object_lock_request (control, offset, length,
			      MEMORY_OBJECT_RETURN_NONE, FALSE, VM_PROT_NONE,
			      MACH_PORT_NULL);
  drop (control);
  return 0;
}

kern_return_t
S_memory_object_copy (mach_port_t object, mach_port_t control,
		      vm_offset_t offset, vm_size_t length,
		      mach_port_t new_object)
{
  /* Only for a copy strategy that we do not ask for.  */
  return EOPNOTSUPP;
}

kern_return_t
S_memory_object_supply_completed (mach_port_t object, mach_port_t control,
				  vm_offset_t offset, vm_size_t length,
				  kern_return_t result,
				  vm_offset_t error_offset)
{
  drop (control);
  return 0;
}

kern_return_t
S_memory_object_change_completed (mach_port_t object, boolean_t may_cache,
				  memory_object_copy_strategy_t strategy)
{
  return 0;
}
