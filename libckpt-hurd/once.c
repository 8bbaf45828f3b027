/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rights with which explicitly persistent servers answer requests.  */

#include "internal.h"

error_t
ckpt_once_save (struct ckpt_image *image, mach_port_t name, ckpt_port_t *port)
{
  mach_port_type_t type;
  error_t err = mach_port_type (mach_task_self (), name, &type);
  if (err || !(type & MACH_PORT_TYPE_SEND_ONCE))
    return ESRCH;
  *port = cap_identify_once (image, mach_task_self (), name,
			     type & MACH_PORT_TYPE_DNREQUEST);
  return *port ? 0 : ESRCH;
}

bool
ckpt_is_awaited (const struct ckpt_image *image, ckpt_port_t port)
{
  const struct ci_port *p = &image->ci.ports[port - 1];
  for (uint32_t i = 0; i < image->nthreads; i++)
    {
      const struct cap_thread *c = &image->threads[i];
      if (c->in_msg && c->option & MACH_SEND_MSG && p->kind == CI_PORT_ENV
	  && image->ci.threads[i].wait == CI_WAIT_TRAP
	  && image->ci.threads[i].task == p->index && c->receive == p->name)
	return true;
    }
  return false;
}

/* A right with which the exception of thread number INDEX is answered.  */
static error_t
exception_right (struct ckpt_image *image, uint32_t index, mach_port_t *name)
{
  struct standin *s;
  error_t err = standin_make (image->new_tasks[image->ci.threads[index].task],
			      image->new_threads[index], &s);
  return err ? err : standin_right (s, name);
}

error_t
ckpt_once_restore (struct ckpt_image *image, ckpt_port_t port,
		   mach_port_t *name)
{
  mach_msg_type_name_t type;
  if (port == CKPT_PORT_NULL || port > image->ci.nports)
    return EBADMSG;
  const struct ci_port *p = &image->ci.ports[port - 1];
  if (p->kind == CI_PORT_EXCEPTION)
    return exception_right (image, p->index, name);
  if (p->kind != CI_PORT_ENV)
    return EBADMSG;
  if (p->index == CI_IN_MESSAGE)
    return mach_port_extract_right (mach_task_self (),
				    image->receives[port - 1],
				    MACH_MSG_TYPE_MAKE_SEND_ONCE, name, &type);
  return mach_port_extract_right (image->new_tasks[p->index], p->name,
				  MACH_MSG_TYPE_MAKE_SEND_ONCE, name, &type);
}
