/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of all tasks, and the ports behind them.

   First all receive rights, so that each port of the environment is known under
   the name its send right has in our space; then everything else is looked up
   there.  */

#include <stdlib.h>
#include <string.h>
#include <mach/notify.h>
#include "internal.h"

/* Hold our reference to NAME until the environment runs again.  */
static error_t
hold (struct ckpt_image *image, mach_port_t name)
{
  mach_port_t *p = ci_append (&image->held, &image->nheld, sizeof *p);
  if (p == NULL)
    {
      mach_port_deallocate (mach_task_self (), name);
      return ENOMEM;
    }
  *p = name;
  return 0;
}

error_t
cap_add_receive (struct ckpt_image *image, task_t space, mach_port_t name,
		 bool has_send, uint32_t *result)
{
  mach_port_status_t status;
  error_t err = mach_port_get_receive_status (space, name, &status);
  if (err)
    return err;
  uint32_t port = cap_add_port (image, CI_PORT_ENV, 0);
  if (port == 0)
    return ENOMEM;
  struct ci_port *p = &image->ci.ports[port - 1];
  *result = port;
  p->name = name;
  p->seqno = status.mps_seqno;
  p->mscount = status.mps_mscount;
  p->qlimit = status.mps_qlimit;
  p->set = status.mps_pset;
  /* The requests are looked into when all ports are known.  */
  p->nsrequest = status.mps_nsrequest;
  p->pdrequest = status.mps_pdrequest;
  if (status.mps_sorights)
    {
      uint32_t *once = ci_append (&image->once, &image->nonce, sizeof *once);
      if (once == NULL)
	return ENOMEM;
      *once = port - 1;
    }
  if (status.mps_msgcount || space == mach_task_self ())
    {
      uint32_t *filled = ci_append (&image->filled, &image->nfilled,
				    sizeof *filled);
      if (filled == NULL)
	return ENOMEM;
      *filled = port;
    }
  if (!status.mps_srights)
    return 0;
  mach_port_t right = name;
  mach_msg_type_name_t type;
  if (space == mach_task_self ())
    err = mach_port_insert_right (space, name, name, MACH_MSG_TYPE_MAKE_SEND);
  else
    err = mach_port_extract_right (space, name,
				   has_send ? MACH_MSG_TYPE_COPY_SEND
				   : MACH_MSG_TYPE_MAKE_SEND, &right, &type);
  if (err)
    return err;
  if (!has_send)
    mach_port_set_mscount (space, name, status.mps_mscount);
  err = hold (image, right);
  return err ? err : cap_map_put (image, right, port);
}

static error_t
add_all_receives (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ntasks; i++)
    for (uint32_t j = 0; j < image->tasks[i].nnames; j++)
      if (image->tasks[i].names[j].type & MACH_PORT_TYPE_RECEIVE)
	{
	  struct cap_name *n = &image->tasks[i].names[j];
	  error_t err = cap_add_receive (image, image->tasks[i].task, n->name,
					 n->type & MACH_PORT_TYPE_SEND,
					 &n->port);
	  if (err)
	    return err;
	  image->ci.ports[n->port - 1].index = i;
	}
  return 0;
}

static const char *
kind_name (unsigned int object)
{
  static const char *const names[] =
  {
    "port", "thread", "task", "host", "privileged host", "processor",
    "processor set control", "processor set", "pager", "memory control",
    "device"
  };
  return object < sizeof names / sizeof *names ? names[object]
	 : "kernel object";
}

/* Find out what the send right N of task number TASK leads to.  */
static error_t
find_send (struct ckpt_image *image, uint32_t task, const struct cap_name *n,
	   uint32_t *port)
{
  struct cap_task *t = &image->tasks[task];
  *port = 0;
  if (n->object != KO_NONE && !cap_is_memory (n->object))
    *port = cap_kernel_port (image, n->object, n->address);
  else
    {
      mach_port_t right;
      mach_msg_type_name_t type;
      error_t err = mach_port_extract_right (t->task, n->name,
					     MACH_MSG_TYPE_COPY_SEND, &right,
					     &type);
      if (err)
	return err;
      err = hold (image, right);
      if (err)
	return err;
      *port = cap_identify (image, right);
    }
  if (*port == 0)
    cap_fail (image, "pid %d: port %u is a send right to a %s outside", t->pid,
	      n->name, kind_name (n->object));
  return 0;
}

/* Who is told of the death behind NAME of SPACE?  */
static uint32_t
find_request (struct ckpt_image *image, task_t space, mach_port_t name, int id,
	      mach_port_mscount_t sync)
{
  mach_port_t notify, previous = MACH_PORT_NULL;
  if (mach_port_request_notification (space, name, id, 0, MACH_PORT_NULL,
				      MACH_MSG_TYPE_MAKE_SEND_ONCE, &notify)
      || !MACH_PORT_VALID (notify))
    return 0;
  uint32_t port = cap_identify_once (image, mach_task_self (), notify, false);
  if (port == 0)
    {
      cap_remark (image, "a notification for port %u will not be made", name);
      port = cap_add_port (image, CI_PORT_DEAD, 0);
    }
  mach_port_request_notification (space, name, id, sync, notify,
				  MACH_MSG_TYPE_MOVE_SEND_ONCE, &previous);
  return port;
}

/* Fill *R with what N of task number TASK is.  */
static error_t
add_right (struct ckpt_image *image, uint32_t task, struct cap_name *n,
	   struct ci_right *r)
{
  struct cap_task *t = &image->tasks[task];
  mach_port_urefs_t refs = 0;
  error_t err = 0;

  r->name = n->name;
  r->type = n->type >> 16 & 31;
  if (r->type == CI_RIGHT_SET)
    return 0;
  if (r->type == CI_RIGHT_DEAD)
    err = mach_port_get_refs (t->task, n->name, MACH_PORT_RIGHT_DEAD_NAME,
			      &refs);
  else if (r->type & CI_RIGHT_SEND)
    err = mach_port_get_refs (t->task, n->name, MACH_PORT_RIGHT_SEND, &refs);
  if (err)
    return err;
  r->urefs = refs;
  if (r->type & CI_RIGHT_RECEIVE)
    r->port = n->port;
  else if (r->type & CI_RIGHT_SEND)
    err = find_send (image, task, n, &r->port);
  else if (r->type == CI_RIGHT_SEND_ONCE)
    {
      r->port = cap_identify_once (image, t->task, n->name,
				   n->type & MACH_PORT_TYPE_DNREQUEST);
      if (r->port == 0)
	r->port = cap_exception (image, t->task, n->name,
				 n->type & MACH_PORT_TYPE_DNREQUEST);
      if (r->port == 0)
	{
	  cap_remark (image, "pid %d: port %u is a send-once right to the"
		      " ground; it will be dead", t->pid, n->name);
	  r->port = cap_add_port (image, CI_PORT_DEAD, 0);
	}
    }
  if (err == 0 && n->type & MACH_PORT_TYPE_DNREQUEST)
    r->dnrequest = find_request (image, t->task, n->name,
				 MACH_NOTIFY_DEAD_NAME, 0);
  return err;
}

static uint32_t
special_port (struct ckpt_image *image, struct cap_task *t,
	      mach_port_t name, const char *what)
{
  if (!MACH_PORT_VALID (name))
    return 0;
  if (hold (image, name))
    return 0;
  uint32_t port = cap_identify (image, name);
  if (port == 0)
    cap_fail (image, "pid %d: its %s port is outside", t->pid, what);
  return port;
}

static error_t
add_specials (struct ckpt_image *image, uint32_t task)
{
  struct cap_task *t = &image->tasks[task];
  struct ci_task *ci = &image->ci.tasks[task];
  mach_port_t name;
  error_t err = task_get_special_port (t->task, TASK_BOOTSTRAP_PORT, &name);
  if (err)
    return err;
  ci->bootstrap = special_port (image, t, name, "bootstrap");
  err = task_get_special_port (t->task, TASK_EXCEPTION_PORT, &name);
  if (err)
    return err;
  ci->exception = special_port (image, t, name, "exception");
  for (mach_msg_type_number_t i = 0; i < t->nthreads; i++)
    {
      err = thread_get_special_port (t->threads[i], THREAD_EXCEPTION_PORT,
				     &name);
      if (err)
	return err;
      image->ci.threads[t->first_thread + i].exception
	= special_port (image, t, name, "thread exception");
    }
  return 0;
}

error_t
cap_ports (struct ckpt_image *image)
{
  error_t err = add_all_receives (image);
  if (err == 0)
    err = cap_pagers (image);
  if (err == 0)
    err = cap_drain (image);
  for (uint32_t i = 0; err == 0 && i < image->ntasks; i++)
    {
      struct cap_task *t = &image->tasks[i];
      struct ci_task *ci = &image->ci.tasks[i];
      ci->rights = calloc (t->nnames + 1, sizeof *ci->rights);
      if (ci->rights == NULL)
	return ENOMEM;
      for (uint32_t j = 0; err == 0 && j < t->nnames; j++)
	err = add_right (image, i, &t->names[j], &ci->rights[ci->nrights++]);
      if (err == 0)
	err = add_specials (image, i);
    }
  for (uint32_t i = 0; err == 0 && i < image->ci.nports; i++)
    {
      struct ci_port *p = &image->ci.ports[i];
      mach_port_t space, name;
      uint32_t who;
      if (p->kind != CI_PORT_ENV || (p->nsrequest == 0 && p->pdrequest == 0))
	continue;
      cap_where (image, i + 1, &space, &name);
      if (p->nsrequest)
	{
	  who = find_request (image, space, name, MACH_NOTIFY_NO_SENDERS,
			      p->mscount);
	  image->ci.ports[i].nsrequest = who;
	}
      if (image->ci.ports[i].pdrequest)
	{
	  who = find_request (image, space, name, MACH_NOTIFY_PORT_DESTROYED,
			      0);
	  image->ci.ports[i].pdrequest = who;
	}
    }
  return err;
}
