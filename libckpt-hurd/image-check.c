/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does an image make sense?  What passes here can be applied to a kernel without
   harm to anything but the tasks that are made of it.  */

#include <string.h>
#include "image.h"

/* Is PORT (an index plus 1) no port or one in the table?  */
static bool
port_ok (const struct ci_image *image, uint32_t port)
{
  return port <= image->nports;
}

/* Likewise one that messages can be sent to.  */
static bool
target_ok (const struct ci_image *image, uint32_t port)
{
  return port && port <= image->nports;
}

static bool
name_ok (uint32_t name)
{
  return name && name <= CI_NAME_MAX;
}

static const struct ci_right *
find_right (const struct ci_task *task, uint32_t name)
{
  uint32_t low = 0, high = task->nrights;
  while (low < high)
    {
      uint32_t mid = low + (high - low) / 2;
      if (task->rights[mid].name == name)
	return &task->rights[mid];
      if (task->rights[mid].name < name)
	low = mid + 1;
      else
	high = mid;
    }
  return NULL;
}

static bool
check_port (const struct ci_image *image, uint32_t number)
{
  const struct ci_port *p = &image->ports[number];
  const struct ci_right *r;

  switch (p->kind)
    {
    case CI_PORT_ENV:
      if (p->index == CI_IN_MESSAGE)
	return (p->qlimit <= 16 && p->name == 0 && p->set == 0
		&& port_ok (image, p->nsrequest)
		&& port_ok (image, p->pdrequest));
      if (p->index >= image->ntasks || p->qlimit > 16
	  || !port_ok (image, p->nsrequest) || !port_ok (image, p->pdrequest))
	return false;
      r = find_right (&image->tasks[p->index], p->name);
      if (r == NULL || !(r->type & CI_RIGHT_RECEIVE) || r->port != number + 1)
	return false;
      if (p->set == 0)
	return true;
      r = find_right (&image->tasks[p->index], p->set);
      return r && r->type == CI_RIGHT_SET;
    case CI_PORT_TASK:
      return p->index < image->ntasks;
    case CI_PORT_THREAD:
    case CI_PORT_EXCEPTION:
      return p->index < image->nthreads;
    case CI_PORT_BORDER:
    case CI_PORT_HOST:
    case CI_PORT_PSET_NAME:
    case CI_PORT_DEAD:
      return true;
    case CI_PORT_MEMORY:
      return p->index <= 7;
    case CI_PORT_CONTROL:
    case CI_PORT_PAGER_NAME:
      return (p->index < image->nmemories
	      && image->memories[p->index].kind == CI_MEMORY_PAGER);
    default:
      return false;
    }
}

static bool
check_right (const struct ci_image *image, uint32_t task,
	     const struct ci_right *r)
{
  if (!name_ok (r->name) || !port_ok (image, r->dnrequest))
    return false;
  switch (r->type)
    {
    case CI_RIGHT_SET:
      return r->port == 0 && r->dnrequest == 0;
    case CI_RIGHT_DEAD:
      return r->port == 0 && r->urefs && r->urefs <= 0xffff;
    case CI_RIGHT_SEND_ONCE:
      return target_ok (image, r->port);
    case CI_RIGHT_SEND:
      return target_ok (image, r->port) && r->urefs && r->urefs <= 0xffff;
    case CI_RIGHT_RECEIVE | CI_RIGHT_SEND:
      if (r->urefs == 0 || r->urefs > 0xffff)
	return false;
      /* Fall through.  */
    case CI_RIGHT_RECEIVE:
      return (target_ok (image, r->port)
	      && image->ports[r->port - 1].kind == CI_PORT_ENV
	      && image->ports[r->port - 1].index == task
	      && image->ports[r->port - 1].name == r->name);
    default:
      return false;
    }
}

/* Does what R shows of a memory object lie in it?  */
static bool
check_place (const struct ci_image *image, const struct ci_region *r)
{
  if (r->memory == 0)
    return r->offset == 0;
  if (r->memory > image->nmemories || r->flags || r->offset % CI_PAGE)
    return false;
  const struct ci_memory *m = &image->memories[r->memory - 1];
  return (m->kind == CI_MEMORY_FILE || m->kind == CI_MEMORY_PAGER
	  || (r->offset <= m->size && r->end - r->start <= m->size - r->offset));
}

static bool
check_task (const struct ci_image *image, uint32_t number)
{
  const struct ci_task *t = &image->tasks[number];

  if (t->id == 0 || t->id >= image->next_task_id || t->suspend_count > 0xffff
      || t->priority > CI_PRIORITY_MAX
      || !port_ok (image, t->bootstrap) || !port_ok (image, t->exception))
    return false;
  for (uint32_t i = 0; i < number; i++)
    if (image->tasks[i].id == t->id)
      return false;
  uint32_t end = 0;
  for (uint32_t i = 0; i < t->nregions; i++)
    {
      const struct ci_region *r = &t->regions[i];
      if (r->start % CI_PAGE || r->end % CI_PAGE || r->start < end
	  || r->end <= r->start || r->end > CI_ADDRESS_MAX
	  || r->max_protection > 7 || (r->protection & ~r->max_protection)
	  || r->inheritance > 2 || r->flags > CI_REGION_TRANSIENT
	  || !check_place (image, r))
	return false;
      end = r->end;
    }
  uint32_t name = 0;
  for (uint32_t i = 0; i < t->nrights; i++)
    {
      if (t->rights[i].name <= name
	  || !check_right (image, number, &t->rights[i]))
	return false;
      name = t->rights[i].name;
    }
  return true;
}

/* Is memory object NUMBER the only one of its pager, which is a task's?  */
static bool
check_pager (const struct ci_image *image, uint32_t number)
{
  const struct ci_memory *m = &image->memories[number];
  if (m->id == 0 || m->id > image->nports
      || image->ports[m->id - 1].kind != CI_PORT_ENV
      || image->ports[m->id - 1].index >= image->ntasks)
    return false;
  for (uint32_t i = 0; i < number; i++)
    if (image->memories[i].kind == CI_MEMORY_PAGER
	&& image->memories[i].id == m->id)
      return false;
  return true;
}

static bool
check_memory (const struct ci_image *image, uint32_t number)
{
  const struct ci_memory *m = &image->memories[number];
  if (m->kind == CI_MEMORY_PAGER)
    return check_pager (image, number);
  if (m->kind == CI_MEMORY_OWN || m->kind == CI_MEMORY_COPY)
    return m->size && m->size % CI_PAGE == 0 && m->size <= CI_ADDRESS_MAX;
  return m->kind == CI_MEMORY_FILE;
}

/* 0, a flat segment, or a slot of the thread's own.  */
static bool
segment_ok (uint32_t selector)
{
  return (selector == 0 || selector == 0x17 || selector == 0x1f
	  || selector == CI_GDT_FIRST || selector == CI_GDT_FIRST + 8);
}

static bool
check_thread (const struct ci_image *image, const struct ci_thread *t)
{
  if (t->task >= image->ntasks || t->wait >= CI_WAITS
      || t->suspend_count > 0xffff || t->priority > CI_PRIORITY_MAX
      || !port_ok (image, t->exception)
      || t->xfloat_len > CI_XFLOAT_MAX
      || (t->xfloat_len && t->xfloat_len < 16 + 512))
    return false;
  if (!segment_ok (t->regs[CI_GS]) || !segment_ok (t->regs[CI_FS])
      || !segment_ok (t->regs[CI_ES]) || !segment_ok (t->regs[CI_DS])
      || t->regs[CI_CS] != 0x17 || t->regs[CI_SS] != 0x1f)
    return false;
  return (t->patch_address <= CI_ADDRESS_MAX - 4 && t->patch_address % 4 == 0
	  && t->timeout_address <= CI_ADDRESS_MAX - 4
	  && t->timeout_address % 4 == 0);
}

/* Is PORT one whose receive right is in a message?  */
static bool
in_message (const struct ci_image *image, uint32_t port)
{
  const struct ci_port *p = &image->ports[port - 1];
  return p->kind == CI_PORT_ENV && p->index == CI_IN_MESSAGE;
}

static bool
check_message (const struct ci_image *image, const struct ci_message *m)
{
  if (!target_ok (image, m->port) || !port_ok (image, m->reply)
      || image->ports[m->port - 1].kind != CI_PORT_ENV || m->len % 4
      || (m->type != CI_RIGHT_SEND && m->type != CI_RIGHT_SEND_ONCE)
      || (m->reply ? (m->reply_type != CI_RIGHT_SEND
		      && m->reply_type != CI_RIGHT_SEND_ONCE) : m->reply_type)
      || (!m->complex && (m->nports || m->nmemories)))
    return false;
  for (uint32_t i = 0; i < m->nports; i++)
    {
      const struct ci_msg_port *p = &m->ports[i], *before = p - 1;
      if (p->offset % 4 || m->len < 4 || p->offset > m->len - 4
	  || !port_ok (image, p->port) || (p->dead && p->port)
	  || (p->type != CI_RIGHT_SEND && p->type != CI_RIGHT_SEND_ONCE
	      && p->type != CI_RIGHT_RECEIVE))
	return false;
      /* The elements of an array one after the other, then the next array.  */
      if (i && p->offset == before->offset ? p->element != before->element + 1
	  : p->element || (i && p->offset < before->offset))
	return false;
      if (p->type == CI_RIGHT_RECEIVE && p->port
	  && !in_message (image, p->port))
	return false;
    }
  uint32_t next = 0;
  for (uint32_t i = 0; i < m->nmemories; i++)
    {
      const struct ci_msg_memory *p = &m->memories[i];
      if (p->offset % 4 || p->offset < next || m->len < 4
	  || p->offset > m->len - 4)
	return false;
      next = p->offset + 4;
    }
  return true;
}

error_t
ci_check (const struct ci_image *image, const char **what)
{
  *what = "page size";
  if (image->page_size != CI_PAGE)
    return EBADMSG;
  *what = "participants";
  for (uint32_t i = 0; i < image->nparticipants; i++)
    if (image->participants[i].name[0] == '\0')
      return EBADMSG;
  *what = "memory objects";
  for (uint32_t i = 0; i < image->nmemories; i++)
    if (!check_memory (image, i))
      return EBADMSG;
  *what = "tasks";
  for (uint32_t i = 0; i < image->ntasks; i++)
    if (!check_task (image, i))
      return EBADMSG;
  *what = "ports";
  for (uint32_t i = 0; i < image->nports; i++)
    if (!check_port (image, i))
      return EBADMSG;
  *what = "threads";
  for (uint32_t i = 0; i < image->nthreads; i++)
    if (!check_thread (image, &image->threads[i]))
      return EBADMSG;
  *what = "messages";
  for (uint32_t i = 0; i < image->nmessages; i++)
    if (!check_message (image, &image->messages[i]))
      return EBADMSG;
  return 0;
}
