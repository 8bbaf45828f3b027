/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ports and the rights to them, under their old names.  */

#include <string.h>
#include "internal.h"

/* A send right of ours for each port.  */
error_t
res_ports (struct ckpt_image *image)
{
  const struct ckpt_hooks *hooks = image->env->hooks;
  mach_msg_type_name_t type;
  error_t err = 0;

  for (uint32_t i = 0; err == 0 && i < image->ci.nports; i++)
    {
      const struct ci_port *p = &image->ci.ports[i];
      mach_port_t *right = &image->rights[i];
      switch (p->kind)
	{
	case CI_PORT_ENV:
	  if (p->index == CI_IN_MESSAGE)
	    {
	      err = mach_port_allocate (mach_task_self (),
					MACH_PORT_RIGHT_RECEIVE, right);
	      if (err == 0)
		err = mach_port_insert_right (mach_task_self (), *right,
					      *right,
					      MACH_MSG_TYPE_MAKE_SEND);
	      image->receives[i] = *right;
	      break;
	    }
	  if (image->receives[i])
	    {
	      err = res_give_pager (image, i, right);
	      break;
	    }
	  err = mach_port_allocate_name (image->new_tasks[p->index],
					 MACH_PORT_RIGHT_RECEIVE, p->name);
	  if (err == 0)
	    err = mach_port_extract_right (image->new_tasks[p->index], p->name,
					   MACH_MSG_TYPE_MAKE_SEND, right,
					   &type);
	  break;
	case CI_PORT_CONTROL:
	case CI_PORT_PAGER_NAME:
	  err = res_pager_right (image, p, right);
	  break;
	case CI_PORT_BORDER:
	  err = hooks->border_right (hooks->context, p->id, right);
	  if (err == ESRCH)
	    {
	      /* One program loses one right, and not all of them everything.  */
	      ckpt_report (image->report, "object %llu of the border is not there:"
			   " rights to it are dead", (unsigned long long) p->id);
	      *right = MACH_PORT_DEAD;
	      err = 0;
	    }
	  break;
	case CI_PORT_MEMORY:
	  err = (hooks->memory_right
		 ? hooks->memory_right (hooks->context, p->id, p->index, right)
		 : ENOTSUP);
	  break;
	case CI_PORT_TASK:
	case CI_PORT_THREAD:
	  *right = (p->kind == CI_PORT_TASK ? image->new_tasks[p->index]
		    : image->new_threads[p->index]);
	  err = mach_port_mod_refs (mach_task_self (), *right,
				    MACH_PORT_RIGHT_SEND, 1);
	  break;
	case CI_PORT_HOST:
	  if (hooks->host_right)
	    {
	      err = hooks->host_right (hooks->context, right);
	      break;
	    }
	  *right = mach_host_self ();
	  err = mach_port_mod_refs (mach_task_self (), *right,
				    MACH_PORT_RIGHT_SEND, 1);
	  break;
	case CI_PORT_PSET_NAME:
	  err = processor_set_default (mach_host_self (), right);
	  break;
	}
    }
  return err;
}

/* A send-once right for PORT, or a dead name.  */
static error_t
make_once (struct ckpt_image *image, uint32_t port, mach_port_t *right)
{
  if (image->ci.ports[port - 1].kind == CI_PORT_ENV
      || image->ci.ports[port - 1].kind == CI_PORT_EXCEPTION)
    return ckpt_once_restore (image, port, right);
  *right = MACH_PORT_DEAD;
  return 0;
}

static error_t
dead_name (task_t space, const struct ci_right *r)
{
  error_t err = mach_port_allocate_name (space, MACH_PORT_RIGHT_DEAD_NAME,
					 r->name);
  if (err == 0 && r->urefs > 1)
    err = mach_port_mod_refs (space, r->name, MACH_PORT_RIGHT_DEAD_NAME,
			      r->urefs - 1);
  return err;
}

/* Receive rights exist already.  */
static error_t
make_right (struct ckpt_image *image, task_t space, const struct ci_right *r)
{
  mach_port_t once;
  error_t err = 0;

  if (r->type == CI_RIGHT_SET)
    return mach_port_allocate_name (space, MACH_PORT_RIGHT_PORT_SET, r->name);
  if (r->type == CI_RIGHT_DEAD)
    return dead_name (space, r);
  if (r->type == CI_RIGHT_SEND_ONCE)
    {
      err = make_once (image, r->port, &once);
      if (err == 0 && !MACH_PORT_VALID (once))
	return dead_name (space, r);
      if (err == 0)
	err = mach_port_insert_right (space, r->name, once,
				      MACH_MSG_TYPE_MOVE_SEND_ONCE);
    }
  if (r->type & CI_RIGHT_SEND)
    {
      mach_port_t right = image->rights[r->port - 1];
      if (!MACH_PORT_VALID (right))
	return dead_name (space, r);
      err = mach_port_insert_right (space, r->name, right,
				    MACH_MSG_TYPE_COPY_SEND);
      if (err == 0 && r->urefs > 1)
	err = mach_port_mod_refs (space, r->name, MACH_PORT_RIGHT_SEND,
				  r->urefs - 1);
    }
  return err;
}

static error_t
set_specials (struct ckpt_image *image)
{
  error_t err = 0;

#define RIGHT(port) ((port) ? image->rights[(port) - 1] : MACH_PORT_NULL)
  for (uint32_t i = 0; err == 0 && i < image->ci.ntasks; i++)
    {
      const struct ci_task *t = &image->ci.tasks[i];
      err = task_set_special_port (image->new_tasks[i], TASK_BOOTSTRAP_PORT,
				   RIGHT (t->bootstrap));
      if (err == 0)
	err = task_set_special_port (image->new_tasks[i], TASK_EXCEPTION_PORT,
				     RIGHT (t->exception));
    }
  for (uint32_t i = 0; err == 0 && i < image->ci.nthreads; i++)
    if (image->ci.threads[i].exception)
      err = thread_set_special_port (image->new_threads[i],
				     THREAD_EXCEPTION_PORT,
				     RIGHT (image->ci.threads[i].exception));
#undef RIGHT
  return err;
}

error_t
res_rights (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ci.ntasks; i++)
    {
      const struct ci_task *t = &image->ci.tasks[i];
      for (uint32_t j = 0; j < t->nrights; j++)
	{
	  error_t err = make_right (image, image->new_tasks[i],
				    &t->rights[j]);
	  if (err)
	    {
	      ckpt_report (image->report, "port %u of pid %u cannot be made: %s",
			   t->rights[j].name, t->pid, strerror (err));
	      return err;
	    }
	}
    }
  return set_specials (image);
}

error_t
res_status (struct ckpt_image *image)
{
  error_t err = 0;

  for (uint32_t i = 0; err == 0 && i < image->ci.nports; i++)
    {
      const struct ci_port *p = &image->ci.ports[i];
      if (p->kind != CI_PORT_ENV || p->index == CI_IN_MESSAGE)
	continue;
      task_t space = image->new_tasks[p->index];
      err = mach_port_set_qlimit (space, p->name, p->qlimit);
      if (err == 0)
	err = mach_port_set_seqno (space, p->name, p->seqno);
      if (err == 0)
	err = mach_port_set_mscount (space, p->name, p->mscount);
      if (err == 0 && p->set)
	err = mach_port_move_member (space, p->name, p->set);
    }
  return err;
}
