/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which port is it?  */

#include <mach/notify.h>
#include "internal.h"

uint32_t
cap_add_port (struct ckpt_image *image, int kind, uint32_t index)
{
  struct ci_port *p = ci_append (&image->ci.ports, &image->ci.nports,
				 sizeof *p);
  if (p == NULL)
    return 0;
  p->kind = kind;
  p->index = index;
  if (kind != CI_PORT_ENV)
    {
      uint32_t *other = ci_append (&image->others, &image->nothers,
				   sizeof *other);
      if (other == NULL)
	return 0;
      *other = image->ci.nports - 1;
    }
  return image->ci.nports;
}

uint32_t
cap_the_port (struct ckpt_image *image, int kind, uint32_t index, uint64_t id)
{
  for (uint32_t i = 0; i < image->nothers; i++)
    {
      const struct ci_port *p = &image->ci.ports[image->others[i]];
      if (p->kind == kind && p->index == index && p->id == id)
	return image->others[i] + 1;
    }
  uint32_t port = cap_add_port (image, kind, index);
  if (port)
    image->ci.ports[port - 1].id = id;
  return port;
}

uint32_t
cap_kernel_port (struct ckpt_image *image, unsigned int object,
		 vm_offset_t address)
{
  switch (object)
    {
    case KO_TASK:
      for (uint32_t i = 0; i < image->ntasks; i++)
	if (image->tasks[i].address == address)
	  return cap_the_port (image, CI_PORT_TASK, i, 0);
      return 0;
    case KO_THREAD:
      for (uint32_t i = 0; i < image->nthreads; i++)
	if (image->threads[i].address == address)
	  return cap_the_port (image, CI_PORT_THREAD, i, 0);
      return 0;
    case KO_HOST:
      return cap_the_port (image, CI_PORT_HOST, 0, 0);
    case KO_PSET_NAME:
      return cap_the_port (image, CI_PORT_PSET_NAME, 0, 0);
    case KO_PAGING_REQUEST:
    case KO_PAGING_NAME:
      {
	const struct cap_pager *p = cap_pager_of (image, address);
	return p ? cap_the_port (image, object == KO_PAGING_REQUEST
				 ? CI_PORT_CONTROL : CI_PORT_PAGER_NAME,
				 p->memory - 1, 0) : 0;
      }
    default:
      return 0;
    }
}

bool
cap_is_memory (unsigned int object)
{
  return object == KO_PAGER || object == KO_PAGER_PROXY;
}

uint32_t
cap_identify (struct ckpt_image *image, mach_port_t name)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  uint32_t port = cap_map_get (image, name);
  unsigned int object = KO_NONE;
  vm_offset_t address;
  uint64_t id, border;

  if (port)
    return port;
  /* Most are at the border; they are known here, and the kernel need not be
     asked.  */
  error_t ours = hooks->border_id (hooks->context, name, &border);
  if (ours == ESRCH
      && mach_port_kernel_object (mach_task_self (), name, &object, &address))
    return 0;
  uint64_t version, size;
  int prot;
  if (hooks->memory_id && (object == KO_NONE || cap_is_memory (object))
      && hooks->memory_id (hooks->context, name, &id, &version,
			   &size, &prot) == 0)
    port = cap_the_port (image, CI_PORT_MEMORY, prot, id);
  else if (object != KO_NONE && !cap_is_memory (object))
    port = cap_kernel_port (image, object, address);
  else if (ours == 0)
    port = cap_the_port (image, CI_PORT_BORDER, 0, border);
  else if (ours == ENXIO)
    {
      cap_remark (image, "rights to a port that served to start something"
		  " will be dead");
      port = cap_add_port (image, CI_PORT_DEAD, 0);
    }
  if (port && cap_map_put (image, name, port))
    return 0;
  return port;
}

/* Ask to be told when the port behind NAME of SPACE dies (or, with ASK false, no
   more): *PREVIOUS is who was told before.  */
static error_t
set_request (struct ckpt_image *image, task_t space, mach_port_t name,
	     bool ask, mach_port_t *previous)
{
  return mach_port_request_notification (space, name, MACH_NOTIFY_DEAD_NAME,
					 0, ask ? image->probe
					 : MACH_PORT_NULL,
					 MACH_MSG_TYPE_MAKE_SEND_ONCE,
					 previous);
}

/* How many ask to be told of the death of the port NAME of SPACE?  */
static unsigned int
requests (task_t space, mach_port_t name)
{
  unsigned int total, used;
  if (mach_port_dnrequest_info (space, name, &total, &used))
    return 0;
  return used;
}

/* Likewise of port number I.  */
static unsigned int
requests_at (const struct ckpt_image *image, uint32_t i)
{
  mach_port_t space, name;
  cap_where (image, i + 1, &space, &name);
  return requests (space, name);
}

/* Is the request that was just made one at a standin's PORT?  (Nobody else's are
   left there meanwhile.)  */
static bool
leads (void *arg, mach_port_t port)
{
  return requests (mach_task_self (), port) > 0;
}

/* A send-once right has another name each time and no kernel call tells where it
   leads.  But a request to be told of its death is counted at the port: make
   one, and see where the number changes.  */
static uint32_t
identify (struct ckpt_image *image, task_t space, mach_port_t name)
{
  uint32_t n = image->nonce, found = 0;
  unsigned int before[n + 1];
  mach_port_t previous, ours = MACH_PORT_NULL;

  for (uint32_t i = 0; i < n; i++)
    before[i] = requests_at (image, image->once[i]);
  if (set_request (image, space, name, true, &previous))
    return 0;
  for (uint32_t i = 0; found == 0 && i < n; i++)
    if (requests_at (image, image->once[i]) != before[i])
      found = image->once[i] + 1;
  if (found == 0)
    found = cap_standin (image, leads, NULL);
  set_request (image, space, name, false, &ours);
  if (MACH_PORT_VALID (ours))
    mach_port_deallocate (mach_task_self (), ours);
  return found;
}

uint32_t
cap_identify_once (struct ckpt_image *image, task_t space, mach_port_t name,
		   bool requested)
{
  mach_port_t previous, ours = MACH_PORT_NULL;

  if (!requested)
    return identify (image, space, name);
  if (set_request (image, space, name, false, &previous))
    return 0;
  uint32_t found = identify (image, space, name);
  if (MACH_PORT_VALID (previous)
      && mach_port_request_notification (space, name, MACH_NOTIFY_DEAD_NAME, 0,
					 previous,
					 MACH_MSG_TYPE_MOVE_SEND_ONCE, &ours))
    mach_port_deallocate (mach_task_self (), previous);
  return found;
}
