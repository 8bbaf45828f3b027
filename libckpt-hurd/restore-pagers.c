/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory objects whose pager is a program of the environment, see capture-pagers.c.  We take
   the pager's part until the kernel knows the object; then the pager gets the receive
   right, and the rights to the kernel's new ports under the names of the old ones.  */

#include <mach/mach4.h>
#include <string.h>
#include "internal.h"

#define INIT_ID		2200	/* Of memory_object_init.  */
#define INIT_MS		2000	/* So long the kernel may take to send it.  */

/* As it is received.  */
struct init
{
  mach_msg_header_t head;
  mach_msg_type_t control_type;
  mach_port_t control;
  mach_msg_type_t name_type;
  mach_port_t name;
  mach_msg_type_t size_type;
  vm_size_t size;
  char more[64];
};

/* The kernel's message at PORT, with its new ports.  */
static error_t
await_init (mach_port_t port, struct res_pager *p)
{
  struct init m;
  error_t err = mach_msg (&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m,
			  port, INIT_MS, MACH_PORT_NULL);
  if (err)
    return err;
  if (m.head.msgh_id != INIT_ID
      || m.head.msgh_size < offsetof (struct init, more)
      || m.control_type.msgt_name != MACH_MSG_TYPE_PORT_SEND
      || m.name_type.msgt_name != MACH_MSG_TYPE_PORT_SEND)
    {
      mach_msg_destroy (&m.head);
      return EBADMSG;
    }
  p->control = m.control;
  p->name = m.name;
  return 0;
}

static error_t
make_pager (struct ckpt_image *image, uint32_t i)
{
  const struct ci_memory *m = &image->ci.memories[i];
  struct res_pager *p = &image->pagers_made[i];
  mach_port_t port;
  error_t err = mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE,
				    &port);
  if (err)
    return err;
  image->receives[m->id - 1] = port;
  err = mach_port_insert_right (mach_task_self (), port, port,
				MACH_MSG_TYPE_MAKE_SEND);
  if (err)
    return err;
  image->objects[i] = port;
  err = vm_map (mach_task_self (), &p->page, vm_page_size, 0, TRUE, port, 0,
		FALSE, VM_PROT_READ, VM_PROT_READ, VM_INHERIT_NONE);
  if (err == 0)
    err = await_init (port, p);
  if (err == 0)
    err = memory_object_ready (p->control, (m->size & CI_PAGER_PERSISTS) != 0,
			       m->size >> CI_PAGER_STRATEGY);
  return err;
}

error_t
res_pagers (struct ckpt_image *image)
{
  error_t err = 0;

  for (uint32_t i = 0; err == 0 && i < image->ci.nmemories; i++)
    if (image->ci.memories[i].kind == CI_MEMORY_PAGER)
      {
	err = make_pager (image, i);
	if (err)
	  ckpt_report (image->report, "a memory object of pid %u cannot be made:"
		       " %s",
		       image->ci.tasks[image->ci.ports
				       [image->ci.memories[i].id - 1].index].pid,
		       strerror (err));
      }
  return err;
}

void
res_unmap_pagers (struct ckpt_image *image)
{
  for (uint32_t i = 0; image->pagers_made && i < image->ci.nmemories; i++)
    if (image->pagers_made[i].page)
      {
	vm_deallocate (mach_task_self (), image->pagers_made[i].page,
		       vm_page_size);
	image->pagers_made[i].page = 0;
      }
}

error_t
res_pager_right (struct ckpt_image *image, const struct ci_port *p,
		 mach_port_t *right)
{
  const struct res_pager *r = &image->pagers_made[p->index];
  *right = p->kind == CI_PORT_CONTROL ? r->control : r->name;
  return mach_port_mod_refs (mach_task_self (), *right, MACH_PORT_RIGHT_SEND,
			     1);
}

error_t
res_give_pager (struct ckpt_image *image, uint32_t i, mach_port_t *right)
{
  const struct ci_port *p = &image->ci.ports[i];
  *right = image->receives[i];
  image->receives[i] = MACH_PORT_NULL;
  error_t err = mach_port_mod_refs (mach_task_self (), *right,
				    MACH_PORT_RIGHT_SEND, 1);
  return err ? err : mach_port_insert_right (image->new_tasks[p->index],
					     p->name, *right,
					     MACH_MSG_TYPE_MOVE_RECEIVE);
}

void
res_release_pagers (struct ckpt_image *image)
{
  res_unmap_pagers (image);
  for (uint32_t i = 0; image->pagers_made && i < image->ci.nmemories; i++)
    {
      const struct res_pager *r = &image->pagers_made[i];
      if (MACH_PORT_VALID (r->control))
	mach_port_deallocate (mach_task_self (), r->control);
      if (MACH_PORT_VALID (r->name))
	mach_port_deallocate (mach_task_self (), r->name);
    }
}
