/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory objects whose pager is a program of the environment.

   The pager has a right to the control port that the kernel has made for the object, and
   the kernel tells to which of its objects a control port, a name port, a region and
   the pager's own port belong: that is how they find each other.  What the pager has of
   the object is in its own memory.  Pages that have been written to and that it has not
   been given yet are put into the image as messages to it that return them, as if the
   kernel had just needed the memory; after a restore the kernel has no page, and asks
   for each as it is wanted.  */

#include <stdlib.h>
#include <string.h>
#include "internal.h"

#define DATA_RETURN_ID	2208	/* Of memory_object_data_return.  */

/* Pages one after the other that the pager is to be given.  */
struct run
{
  struct run *next;
  vm_offset_t offset;
  vm_size_t len;
  vm_address_t data;		/* Ours.  */
};

struct cap_pager *
cap_pager_of (struct ckpt_image *image, vm_offset_t object)
{
  for (uint32_t i = 0; i < image->npagers; i++)
    if (image->pagers[i].object == object)
      return &image->pagers[i];
  return NULL;
}

error_t
cap_find_pagers (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ntasks; i++)
    for (uint32_t j = 0; j < image->tasks[i].nnames; j++)
      {
	const struct cap_name *n = &image->tasks[i].names[j];
	if (n->object != KO_PAGING_REQUEST || cap_pager_of (image, n->address))
	  continue;
	struct cap_pager *p = ci_append (&image->pagers, &image->npagers,
					 sizeof *p);
	struct ci_memory *m = ci_append (&image->ci.memories,
					 &image->ci.nmemories, sizeof *m);
	if (p == NULL || m == NULL)
	  return ENOMEM;
	m->kind = CI_MEMORY_PAGER;
	p->task = i;
	p->control = n->name;
	p->object = n->address;
	p->memory = image->ci.nmemories;
      }
  return 0;
}

/* A right of ours, to be released, to the pager P, whose receive right is one of its
   task's.  */
static error_t
find_port (struct ckpt_image *image, struct cap_pager *p, mach_port_t *right)
{
  struct cap_task *t = &image->tasks[p->task];
  mach_msg_type_name_t type;
  unsigned int object;
  vm_offset_t address;

  for (uint32_t i = 0; i < t->nnames; i++)
    {
      const struct cap_name *n = &t->names[i];
      if (!(n->type & MACH_PORT_TYPE_RECEIVE)
	  || mach_port_extract_right (t->task, n->name, MACH_MSG_TYPE_MAKE_SEND,
				      right, &type))
	continue;
      mach_port_set_mscount (t->task, n->name,
			     image->ci.ports[n->port - 1].mscount);
      if (mach_port_kernel_object (mach_task_self (), *right, &object,
				   &address) == 0
	  && object == KO_PAGER && address == p->object)
	{
	  image->ci.memories[p->memory - 1].id = n->port;
	  return 0;
	}
      mach_port_deallocate (mach_task_self (), *right);
    }
  cap_fail (image, "pid %d: port %u is the control of a memory object whose port"
	    " is not there", t->pid, p->control);
  return ESRCH;
}

/* Copy LEN bytes at OFFSET, which are in memory, from the object behind RIGHT.  */
static error_t
copy_run (struct cap_pager *p, mach_port_t right, vm_offset_t offset,
	  vm_size_t len)
{
  vm_address_t data = 0;
  error_t err = vm_map (mach_task_self (), &data, len, 0, TRUE, right, offset,
			FALSE, VM_PROT_READ, VM_PROT_READ, VM_INHERIT_NONE);
  if (err)
    return err;
  struct run *run = calloc (1, sizeof *run);
  if (run)
    err = vm_allocate (mach_task_self (), &run->data, len, TRUE);
  else
    err = ENOMEM;
  if (err == 0)
    {
      memcpy ((void *) run->data, (void *) data, len);
      run->offset = offset;
      run->len = len;
      run->next = p->runs;
      p->runs = run;
    }
  else
    free (run);
  vm_deallocate (mach_task_self (), data, len);
  return err;
}

static int
compare_pages (const void *a, const void *b)
{
  const vm_page_info_t *x = a, *y = b;
  return x->vpi_offset < y->vpi_offset ? -1 : x->vpi_offset > y->vpi_offset;
}

/* Copy the pages of the object called NAME that P is to be given.  */
static error_t
copy_pages (struct cap_pager *p, mach_port_t right, mach_port_t name)
{
  vm_page_info_array_t pages = NULL;
  mach_msg_type_number_t n = 0;
  error_t err = mach_vm_object_pages (name, &pages, &n);
  if (err)
    return err;
  mach_msg_type_number_t all = n, wanted = 0;
  for (mach_msg_type_number_t i = 0; i < all; i++)
    if (pages[i].vpi_state & (VPI_STATE_DIRTY | VPI_STATE_PRECIOUS)
	&& !(pages[i].vpi_state & (VPI_STATE_ABSENT | VPI_STATE_FICTITIOUS
				   | VPI_STATE_ERROR)))
      pages[wanted++] = pages[i];
  qsort (pages, wanted, sizeof *pages, compare_pages);
  for (mach_msg_type_number_t i = 0, end; err == 0 && i < wanted; i = end)
    {
      for (end = i + 1; end < wanted; end++)
	if (pages[end].vpi_offset != pages[end - 1].vpi_offset + vm_page_size)
	  break;
      err = copy_run (p, right, pages[i].vpi_offset, (end - i) * vm_page_size);
    }
  if (all)
    vm_deallocate (mach_task_self (), (vm_address_t) pages,
		   all * sizeof *pages);
  return err;
}

/* What does the kernel have of the object of P, to which RIGHT leads?  */
static error_t
look (struct ckpt_image *image, struct cap_pager *p, mach_port_t right)
{
  struct ci_memory *m = &image->ci.memories[p->memory - 1];
  mach_port_t name = MACH_PORT_NULL, shadow, copy;
  vm_region_info_t info;
  vm_object_info_t object;
  vm_address_t page = 0;
  error_t err = vm_map (mach_task_self (), &page, vm_page_size, 0, TRUE, right,
			0, FALSE, VM_PROT_READ, VM_PROT_READ, VM_INHERIT_NONE);
  if (err)
    return err;
  err = mach_vm_region_info (mach_task_self (), page, &info, &name);
  if (err == 0)
    err = mach_vm_object_info (name, &object, &shadow, &copy);
  if (err == 0)
    {
      if (MACH_PORT_VALID (shadow))
	mach_port_deallocate (mach_task_self (), shadow);
      if (MACH_PORT_VALID (copy))
	mach_port_deallocate (mach_task_self (), copy);
      m->size = ((object.voi_state & VOI_STATE_CAN_PERSIST
		  ? CI_PAGER_PERSISTS : 0)
		 | object.voi_copy_strategy << CI_PAGER_STRATEGY);
      /* Its pager has not answered yet: in a moment.  */
      if (object.voi_state & VOI_STATE_PAGER_READY)
	err = copy_pages (p, right, name);
      else
	{
	  ckpt_report (image->report, "pid %d: a memory object is just being made",
		       image->tasks[p->task].pid);
	  err = EAGAIN;
	}
    }
  if (MACH_PORT_VALID (name))
    mach_port_deallocate (mach_task_self (), name);
  vm_deallocate (mach_task_self (), page, vm_page_size);
  return err;
}

error_t
cap_pagers (struct ckpt_image *image)
{
  error_t err = 0;

  for (uint32_t i = 0; err == 0 && i < image->npagers; i++)
    {
      struct cap_pager *p = &image->pagers[i];
      mach_port_t right;
      if (find_port (image, p, &right))
	continue;
      err = look (image, p, right);
      mach_port_deallocate (mach_task_self (), right);
    }
  return err;
}

/* As the kernel sends it, and as it is received.  */
struct data_return
{
  mach_msg_header_t head;
  mach_msg_type_t control_type;
  mach_port_t control;
  mach_msg_type_t offset_type;
  vm_offset_t offset;
  mach_msg_type_long_t data_type;
  vm_address_t data;
  mach_msg_type_t dirty_type;
  boolean_t dirty;
  mach_msg_type_t kernel_copy_type;
  boolean_t kernel_copy;
};

static error_t
record_run (struct ckpt_image *image, const struct cap_pager *p,
	    const struct run *run)
{
#define WORD(NAME) { .msgt_name = NAME, .msgt_size = 32, .msgt_number = 1, \
		     .msgt_inline = TRUE }
  struct data_return r =
  {
    .head.msgh_bits = MACH_MSGH_BITS_COMPLEX
      | MACH_MSGH_BITS (0, MACH_MSG_TYPE_PORT_SEND_ONCE),
    .head.msgh_size = sizeof r, .head.msgh_id = DATA_RETURN_ID,
    .control_type = WORD (MACH_MSG_TYPE_PORT_SEND),
    .offset_type = WORD (MACH_MSG_TYPE_INTEGER_32), .offset = run->offset,
    .data_type = { .msgtl_header.msgt_longform = TRUE,
		   .msgtl_name = MACH_MSG_TYPE_BYTE, .msgtl_size = 8,
		   .msgtl_number = run->len },
    .data = run->data,
    .dirty_type = WORD (MACH_MSG_TYPE_BOOLEAN), .dirty = TRUE,
    .kernel_copy_type = WORD (MACH_MSG_TYPE_BOOLEAN),
  };
#undef WORD
  mach_msg_type_name_t type;
  error_t err = mach_port_extract_right (image->tasks[p->task].task, p->control,
					 MACH_MSG_TYPE_COPY_SEND, &r.control,
					 &type);
  if (err)
    return err;
  err = cap_record (image, image->ci.memories[p->memory - 1].id, &r.head);
  mach_port_deallocate (mach_task_self (), r.control);
  return err;
}

error_t
cap_return_pages (struct ckpt_image *image)
{
  error_t err = 0;

  for (uint32_t i = 0; err == 0 && i < image->npagers; i++)
    for (const struct run *r = image->pagers[i].runs; err == 0 && r; r = r->next)
      err = record_run (image, &image->pagers[i], r);
  return err;
}

void
cap_release_pagers (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->npagers; i++)
    while (image->pagers[i].runs)
      {
	struct run *r = image->pagers[i].runs;
	image->pagers[i].runs = r->next;
	vm_deallocate (mach_task_self (), r->data, r->len);
	free (r);
      }
  free (image->pagers);
  image->pagers = NULL;
  image->npagers = 0;
}
