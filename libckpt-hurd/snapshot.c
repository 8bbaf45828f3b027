/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snapshots: copies of regions that take no address space.

   The kernel answers vm_read with a message that has the copy out of line, and
   copies nothing but the map's entries.  As long as nobody receives that message
   the copy is in no address space, so that any number of them can be taken in one
   stop.  Each waits in the queue of a port of ours: it is mapped when it is looked
   into and sent to the port again afterwards.  When we die, the ports die, and
   the copies with them.  */

#include "internal.h"

/* The kernel, when it destroys a message that nobody has received, counts what is out of
   line in bits in a word, and panics at memory that is a multiple of this, whose length
   it takes for 0.  So such messages must not stay in a queue.  */
#define NEVER_QUEUED	(1UL << 29)

#define VM_READ_ID	2026	/* Of the request; the answer's is 100 more.  */
#define SHORTEN_TRIES	4

struct parcel
{
  mach_msg_header_t head;
  mach_msg_type_long_t type;
  vm_address_t data;
};

/* The answer to vm_read.  */
struct answer
{
  mach_msg_header_t head;
  mach_msg_type_t code_type;
  kern_return_t code;
  mach_msg_type_long_t type;
  vm_address_t data;
};

static vm_size_t
size_of (const struct snapshot *s)
{
  return s->end - s->start;
}

/* Ask TASK for a copy of what S says; the answer will be in its port.  */
static error_t
request (task_t task, const struct snapshot *s)
{
  static const mach_msg_type_t number =
    {
      .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32, .msgt_number = 1,
      .msgt_inline = TRUE,
    };
  struct
  {
    mach_msg_header_t head;
    mach_msg_type_t address_type;
    vm_address_t address;
    mach_msg_type_t size_type;
    vm_size_t size;
  } m =
    {
      .head.msgh_bits = MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND,
					MACH_MSG_TYPE_MAKE_SEND_ONCE),
      .head.msgh_size = sizeof m,
      .head.msgh_remote_port = task,
      .head.msgh_local_port = s->parcel,
      .head.msgh_id = VM_READ_ID,
      .address_type = number, .address = s->start,
      .size_type = number, .size = size_of (s),
    };
  return mach_msg (&m.head, MACH_SEND_MSG, sizeof m, 0, MACH_PORT_NULL,
		   MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}

static bool
may_queue (const struct snapshot *s)
{
  return size_of (s) % NEVER_QUEUED != 0;
}

static void
give_up (struct snapshot *s)
{
  mach_port_mod_refs (mach_task_self (), s->parcel, MACH_PORT_RIGHT_RECEIVE,
		      -1);
  s->parcel = MACH_PORT_NULL;
}

/* Is there room to map S?  */
static error_t
room_for (const struct snapshot *s)
{
  vm_address_t room;
  if (vm_allocate (mach_task_self (), &room, size_of (s) + vm_page_size, TRUE))
    return ENOMEM;
  vm_deallocate (mach_task_self (), room, size_of (s) + vm_page_size);
  return 0;
}

error_t
snapshot_take (task_t task, const vm_region_info_t *info, struct snapshot *s)
{
  vm_size_t size = info->vri_end - info->vri_start;
  bool raised = !(info->vri_protection & VM_PROT_READ);
  error_t err;

  *s = (struct snapshot)
    {
      .start = info->vri_start, .end = info->vri_end,
      .object = info->vri_object, .offset = info->vri_offset,
      .tracked = !info->vri_sharing && !info->vri_wired_count,
    };
  err = may_queue (s) ? 0 : room_for (s);
  if (err)
    return err;
  err = mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE,
			    &s->parcel);
  if (err)
    {
      s->parcel = MACH_PORT_NULL;
      return err;
    }
  if (raised)
    err = vm_protect (task, info->vri_start, size, FALSE,
		      info->vri_protection | VM_PROT_READ);
  if (err == 0)
    {
      err = request (task, s);
      if (raised)
	vm_protect (task, info->vri_start, size, FALSE, info->vri_protection);
    }
  if (err)
    give_up (s);
  else if (!may_queue (s))
    err = snapshot_open (s);
  return err;
}

bool
snapshot_exists (const struct snapshot *s)
{
  return s->data || s->parcel;
}

/* The memory in the message RECEIVED, which is as long as S.  */
static error_t
unwrap (struct snapshot *s, const struct answer *received)
{
  const struct parcel *own = (const struct parcel *) received;
  bool answer = received->head.msgh_id == VM_READ_ID + 100;
  mach_msg_size_t size = answer ? sizeof *received : sizeof *own;

  if (answer && received->head.msgh_size < size)
    return received->code ? received->code : EIO;
  s->data = answer ? received->data : own->data;
  return (answer ? received->type : own->type).msgtl_number == size_of (s)
	 ? 0 : EIO;
}

error_t
snapshot_open (struct snapshot *s)
{
  struct answer m;
  error_t err;

  if (s->data)
    return 0;
  if (s->parcel == MACH_PORT_NULL)
    return ESRCH;
  /* What cannot be mapped when it is received is lost.  */
  err = room_for (s);
  if (err)
    return err;
  err = mach_msg (&m.head, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, sizeof m,
		  s->parcel, 0, MACH_PORT_NULL);
  if (err == 0)
    err = unwrap (s, &m);
  if (err)
    {
      give_up (s);
      s->tracked = false;
    }
  return err;
}

void
snapshot_close (struct snapshot *s)
{
  struct parcel m =
    {
      .head.msgh_bits = (MACH_MSGH_BITS (MACH_MSG_TYPE_MAKE_SEND, 0)
			 | MACH_MSGH_BITS_COMPLEX),
      .head.msgh_size = sizeof m,
      .type.msgtl_header = { .msgt_longform = TRUE, .msgt_deallocate = TRUE },
      .type.msgtl_name = MACH_MSG_TYPE_BYTE,
      .type.msgtl_size = 8,
      .type.msgtl_number = size_of (s),
      .data = s->data,
    };
  if (s->data == 0 || !may_queue (s))
    return;
  if (s->parcel == MACH_PORT_NULL
      && mach_port_allocate (mach_task_self (), MACH_PORT_RIGHT_RECEIVE,
			     &s->parcel))
    {
      s->parcel = MACH_PORT_NULL;
      return;			/* Then it stays mapped.  */
    }
  m.head.msgh_remote_port = s->parcel;
  if (mach_msg (&m.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof m, 0,
		MACH_PORT_NULL, 0, MACH_PORT_NULL))
    give_up (s);
  else
    s->data = 0;
}

void
snapshot_free (struct snapshot *s)
{
  if (s->data)
    vm_deallocate (mach_task_self (), s->data, size_of (s));
  s->data = 0;
  if (s->parcel)
    give_up (s);
}

/* When memory is allocated right behind an entry, the kernel tries to make one
   object of both, and for that takes into the entry's object what is behind it in
   the chain and nobody else's.  */
void
snapshot_shorten (struct snapshot *s)
{
  vm_address_t obstacle[SHORTEN_TRIES], behind;
  int n = 0;

  while (snapshot_open (s) == 0)
    {
      behind = s->data + size_of (s);
      if (vm_allocate (mach_task_self (), &behind, vm_page_size, FALSE) == 0)
	{
	  vm_deallocate (mach_task_self (), behind, vm_page_size);
	  s->age = 0;
	  break;
	}
      /* Somebody else is there: it has to be mapped elsewhere.  */
      vm_address_t here = s->data;
      snapshot_close (s);
      if (n == SHORTEN_TRIES || s->data
	  || vm_allocate (mach_task_self (), &here, vm_page_size, FALSE))
	break;
      obstacle[n++] = here;
    }
  snapshot_close (s);
  while (n--)
    vm_deallocate (mach_task_self (), obstacle[n], vm_page_size);
}
