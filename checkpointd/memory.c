/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared memory that was restored.  The kernel lets nobody but a pager put one
   object into several tasks, so we are the pager of it.  */

#include <stdlib.h>
#include <string.h>
#include <libserver/pager.h>
#include "internal.h"

struct memory
{
  struct fs_pager *pager;
  vm_address_t data;
  vm_size_t size;
};

static error_t
page_in (void *user, uint64_t offset, size_t len, void *data)
{
  struct memory *m = user;
  if (offset >= m->size)
    return EIO;
  memcpy (data, (void *) (vm_address_t) (m->data + offset),
	  len < m->size - offset ? len : m->size - offset);
  return 0;
}

static error_t
page_out (void *user, uint64_t offset, size_t len, const void *data)
{
  struct memory *m = user;
  if (offset < m->size)
    memcpy ((void *) (vm_address_t) (m->data + offset), data,
	    len < m->size - offset ? len : m->size - offset);
  return 0;
}

static uint64_t
size (void *user)
{
  return ((struct memory *) user)->size;
}

/* Nobody maps it any more.  */
static void
in_use (void *user, bool used)
{
  struct memory *m = user;
  if (used)
    return;
  fs_pager_free (m->pager);
  vm_deallocate (mach_task_self (), m->data, m->size);
  free (m);
}

static const struct fs_pager_ops ops =
{
  .read = page_in, .write = page_out, .size = size, .in_use = in_use
};

error_t
conductor_memory (void *context, vm_address_t data, vm_size_t len,
		  mach_port_t *right)
{
  struct memory *m = malloc (sizeof *m);
  error_t err = m ? 0 : ENOMEM;

  if (!err)
    {
      m->data = data;
      m->size = len;
      err = fs_pager_create (&ops, m, &m->pager);
    }
  if (err)
    {
      free (m);
      vm_deallocate (mach_task_self (), data, len);
      return err;
    }
  fs_pager_uncache (m->pager);
  err = fs_pager_get_right (m->pager, VM_PROT_ALL, right);
  if (err)
    in_use (m, false);
  return err;
}
