/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The threads of a task.

   A thread that is inside the kernel is left there: an abort would be noticed.
   Its registers tell that it is in a trap and its arguments what for; in the
   image it is about to enter the trap once more.  Only one for which a message
   is waiting is aborted: that lets it finish the receive.  */

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <mach/i386/mach_i386.h>
#include <mach/thread_status.h>
#include <mach/thread_switch.h>
#include "internal.h"

#define TRAP_MACH_MSG	((uint32_t) -25)
#define TRAP_THREAD_SWITCH ((uint32_t) -61)
#define TRAP_LENGTH	7	/* Of lcall $7,$0.  */

/* A call of the kernel that waits inside it.  */
#define GSYNC_WAIT_ID	4204
#define GSYNC_TIMED	4
struct gsync_wait
{
  mach_msg_header_t header;
  struct { mach_msg_type_t type; uint32_t value; } addr, val1, val2, msec, flags;
};

#define SENDS(option)	((option) & MACH_SEND_MSG)
#define RECEIVES(option) ((option) & MACH_RCV_MSG)
#define RECEIVE_HALF	(MACH_RCV_MSG | MACH_RCV_TIMEOUT | MACH_RCV_NOTIFY \
			 | MACH_RCV_INTERRUPT | MACH_RCV_LARGE)

static error_t
read_registers (thread_t thread, struct ci_thread *t)
{
  struct i386_thread_state state;
  mach_msg_type_number_t n = i386_THREAD_STATE_COUNT;
  error_t err = thread_get_state (thread, i386_REGS_SEGS_STATE,
				  (thread_state_t) &state, &n);
  if (err)
    return err;
  memcpy (t->regs, &state, sizeof t->regs);
  return 0;
}

/* Is a thread with these registers inside a trap?  */
static bool
in_trap (struct ckpt_image *image, task_t task, const struct ci_thread *t)
{
  static const uint8_t trap[TRAP_LENGTH] = { 0x9a, 0, 0, 0, 0, 7, 0 };
  uint8_t code[TRAP_LENGTH];

  return ((int32_t) t->regs[CI_EAX] < 0
	  && (int32_t) t->regs[CI_EAX] >= -100
	  && t->regs[CI_EIP] > TRAP_LENGTH
	  && cap_look (image, task, t->regs[CI_EIP] - TRAP_LENGTH, code,
		       TRAP_LENGTH) == 0
	  && memcmp (code, trap, TRAP_LENGTH) == 0);
}

/* Is a message in the queue of NAME, a receive right of TASK?  If it is full, remember it:
   once a receiver has taken one, a sender that has been waiting for that has not sent yet,
   but nothing shows it any more.  */
static bool
look_into_queue (struct ckpt_image *image, task_t task, mach_port_t name,
		 const mach_port_status_t *status)
{
  mach_port_t right, *list;
  mach_msg_type_name_t type;

  /* Making a right is harmless, but for the count of those made.  */
  if (status->mps_msgcount >= status->mps_qlimit
      && mach_port_extract_right (task, name, MACH_MSG_TYPE_MAKE_SEND, &right,
				  &type) == 0)
    {
      mach_port_set_mscount (task, name, status->mps_mscount);
      list = ci_append (&image->full, &image->nfull, sizeof *list);
      if (list)
	*list = right;
      else
	mach_port_deallocate (mach_task_self (), right);
    }
  return status->mps_msgcount > 0;
}

/* Is a message in the queue of NAME, a receive right or a set?  */
static bool
has_message (struct ckpt_image *image, task_t task, mach_port_t name)
{
  mach_port_status_t status;
  error_t err = mach_port_get_receive_status (task, name, &status);
  if (err == 0)
    return look_into_queue (image, task, name, &status);
  if (err != KERN_INVALID_RIGHT)
    return false;
  mach_port_array_t members;
  mach_msg_type_number_t n;
  if (mach_port_get_set_status (task, name, &members, &n))
    return false;
  bool found = false;
  for (mach_msg_type_number_t i = 0; i < n; i++)
    if (mach_port_get_receive_status (task, members[i], &status) == 0)
      found |= look_into_queue (image, task, members[i], &status);
  vm_deallocate (mach_task_self (), (vm_address_t) members,
		 n * sizeof *members);
  return found;
}

/* A thread of TASK is in mach_msg: read its arguments into *C.  */
static error_t
read_arguments (struct ckpt_image *image, task_t task,
		const struct ci_thread *t, struct cap_thread *c)
{
  struct
  {
    uint32_t back, msg, option, send_size, rcv_size, rcv_name, timeout, notify;
  } args;
  error_t err = cap_look (image, task, t->regs[CI_UESP], &args, sizeof args);
  if (err)
    return err;
  c->in_msg = true;
  c->msg = args.msg;
  c->option = args.option;
  c->option_address = t->regs[CI_UESP] + 8;
  c->send_size = args.send_size;
  c->receive = args.rcv_name;
  if (RECEIVES (args.option) && args.option & MACH_RCV_TIMEOUT
      && !(SENDS (args.option) && args.option & MACH_SEND_TIMEOUT))
    {
      c->timeout_address = t->regs[CI_UESP] + 24;
      c->timeout = args.timeout;
    }
  if (SENDS (args.option))
    {
      mach_msg_header_t header;
      err = cap_look (image, task, args.msg, &header, sizeof header);
      if (err)
	return err;
      c->bits = header.msgh_bits;
      c->remote = header.msgh_remote_port;
      c->id = header.msgh_id;
    }
  if (c->id == GSYNC_WAIT_ID && SENDS (args.option)
      && args.send_size == sizeof (struct gsync_wait))
    {
      struct gsync_wait request;
      err = cap_look (image, task, args.msg, &request, sizeof request);
      if (err == 0 && request.flags.value & GSYNC_TIMED)
	{
	  c->timeout_address = args.msg + offsetof (struct gsync_wait,
						    msec.value);
	  c->timeout = request.msec.value;
	}
    }
  return err;
}

/* A thread of TASK is in thread_switch: for how long?  */
static error_t
read_sleep (struct ckpt_image *image, task_t task, const struct ci_thread *t,
	    struct cap_thread *c)
{
  struct { uint32_t back, thread, option, ms; } args;
  error_t err = cap_look (image, task, t->regs[CI_UESP], &args, sizeof args);
  if (err == 0 && args.option == SWITCH_OPTION_WAIT)
    {
      c->timeout_address = t->regs[CI_UESP] + 12;
      c->timeout = args.ms;
    }
  return err;
}

/* Find all full queues of tasks whose names are known and that were not looked at yet: as
   they were when the first was asked for, at the latest.  */
static void
scan_queues (struct ckpt_image *image)
{
  for (; image->nscanned < image->ntasks; image->nscanned++)
    {
      const struct cap_task *t = &image->tasks[image->nscanned];
      if (t->nnames == 0)
	break;
      for (uint32_t i = 0; i < t->nnames; i++)
	{
	  mach_port_status_t status;
	  if (t->names[i].type & MACH_PORT_TYPE_RECEIVE
	      && mach_port_get_receive_status (t->task, t->names[i].name,
					       &status) == 0)
	    look_into_queue (image, t->task, t->names[i].name, &status);
	}
    }
}

/* May the thread be stuck sending, because a queue of the environment is full?  */
static bool
send_blocked (struct ckpt_image *image, task_t task,
	      const struct cap_thread *c)
{
  if (!SENDS (c->option)
      || MACH_MSGH_BITS_REMOTE (c->bits) == MACH_MSG_TYPE_MOVE_SEND_ONCE
      || MACH_MSGH_BITS_REMOTE (c->bits) == MACH_MSG_TYPE_MAKE_SEND_ONCE)
    return false;
  const struct ckpt_hooks *hooks = image->env->hooks;
  mach_port_t right;
  mach_msg_type_name_t type;
  unsigned int object;
  vm_offset_t address;
  uint64_t id;
  if (mach_port_kernel_object (task, c->remote, &object, &address)
      || object != KO_NONE
      || mach_port_extract_right (task, c->remote, MACH_MSG_TYPE_COPY_SEND,
				  &right, &type))
    return false;
  bool full = false;
  if (hooks->border_id (hooks->context, right, &id) == ESRCH)
    scan_queues (image);
  for (uint32_t i = 0; !full && i < image->nfull; i++)
    full = image->full[i] == right;
  mach_port_deallocate (mach_task_self (), right);
  return full;
}

/* Decide whether THREAD, which is in a trap, is to be aborted, and do it.  */
static error_t
look_into_trap (struct ckpt_image *image, task_t task, thread_t thread,
		struct ci_thread *t, struct cap_thread *c)
{
  bool abort = image->env->flags & CKPT_ABORT_THREADS;
  error_t err = 0;

  c->sp = t->regs[CI_UESP];
  if (t->regs[CI_EAX] == TRAP_THREAD_SWITCH)
    err = read_sleep (image, task, t, c);
  else if (t->regs[CI_EAX] == TRAP_MACH_MSG)
    {
      err = read_arguments (image, task, t, c);
      if (err)
	return err;
      if (RECEIVES (c->option) && has_message (image, task, c->receive))
	abort = true;
      else if (!abort)
	abort = send_blocked (image, task, c);
    }
  if (!abort)
    {
      t->wait = CI_WAIT_TRAP;
      return 0;
    }
  bool in_msg = c->in_msg;
  err = thread_abort (thread);
  if (err)
    return err;
  image->stats->naborts++;
  /* That may have written a message into its memory.  */
  for (int i = 0; i < CAP_SEEN; i++)
    cap_unsee (&image->seen[i]);
  c->in_msg = false;
  c->timeout_address = 0;
  err = read_registers (thread, t);
  if (err || !in_msg || image->env->flags & CKPT_ABORT_THREADS)
    return err;
  /* Either it has its message back, or what is in the queue has been given to
     another thread that waits there.  */
  if (t->regs[CI_EAX] != MACH_SEND_INTERRUPTED
      && t->regs[CI_EAX] != MACH_RCV_INTERRUPTED)
    return 0;
  /* It had sent its message before, or while it was aborted: what is left is to
     receive.  */
  if (t->regs[CI_EAX] == MACH_RCV_INTERRUPTED && SENDS (c->option))
    err = ckpt_poke (task, c->option_address, c->option & RECEIVE_HALF);
  if (err)
    return err;
  /* Let it enter the trap again, as if nothing had been, whoever called it.  */
  t->regs[CI_EIP] -= TRAP_LENGTH;
  t->regs[CI_EAX] = TRAP_MACH_MSG;
  return thread_set_state (thread, i386_REGS_SEGS_STATE,
			   (thread_state_t) t->regs,
			   i386_THREAD_STATE_COUNT);
}

static error_t
read_float (struct ckpt_image *image, thread_t thread, struct ci_thread *t)
{
  vm_size_t size = image->env->xstate_size;
  if (size == 0 || image->env->flags & CKPT_NO_FPU)
    return 0;
  t->xfloat = calloc (1, size);
  if (t->xfloat == NULL)
    return ENOMEM;
  mach_msg_type_number_t n = size / sizeof (natural_t);
  error_t err = thread_get_state (thread, i386_XFLOAT_STATE,
				  (thread_state_t) t->xfloat, &n);
  if (err)
    return err;
  struct i386_xfloat_state *state = (void *) t->xfloat;
  t->xfloat_len = state->initialized ? size : 0;
  return 0;
}

static error_t
read_thread (struct ckpt_image *image, thread_t thread, struct ci_thread *t,
	     struct cap_thread *c)
{
  struct thread_basic_info info;
  mach_msg_type_number_t n = THREAD_BASIC_INFO_COUNT;
  error_t err = thread_info (thread, THREAD_BASIC_INFO,
			     (thread_info_t) &info, &n);
  if (err)
    return err;
  t->suspend_count = info.suspend_count;
  t->priority = info.base_priority;
  /* Not by us.  */
  for (const struct standin *s = image->standins; s; s = s->next)
    t->suspend_count -= s->thread == thread && t->suspend_count > 0;
  c->slept = info.sleep_time;
  for (int i = 0; i < CI_GDT_SLOTS; i++)
    {
      descriptor_t descriptor;
      err = i386_get_gdt (thread, CI_GDT_FIRST + 8 * i, &descriptor);
      if (err)
	return err;
      memcpy (t->gdt[i], &descriptor, sizeof t->gdt[i]);
    }
  n = i386_DEBUG_STATE_COUNT;
  err = thread_get_state (thread, i386_DEBUG_STATE,
			  (thread_state_t) t->debug, &n);
  return err ? err : read_float (image, thread, t);
}

error_t
cap_threads (struct ckpt_image *image, uint32_t task)
{
  struct cap_task *ct = &image->tasks[task];
  error_t err = task_threads (ct->task, &ct->threads, &ct->nthreads);
  if (err)
    return err;
  ct->first_thread = image->ci.nthreads;
  for (mach_msg_type_number_t i = 0; i < ct->nthreads; i++)
    {
      thread_t thread = ct->threads[i];
      struct ci_thread *t = ci_append (&image->ci.threads,
				       &image->ci.nthreads, sizeof *t);
      struct cap_thread *c = ci_append (&image->threads, &image->nthreads,
					sizeof *c);
      unsigned int object;
      if (t == NULL || c == NULL)
	return ENOMEM;
      t->task = task;
      err = mach_port_kernel_object (mach_task_self (), thread, &object,
				     &c->address);
      if (err == 0)
	err = read_registers (thread, t);
      if (err == 0 && in_trap (image, ct->task, t))
	err = look_into_trap (image, ct->task, thread, t, c);
      if (err == 0)
	err = read_thread (image, thread, t, c);
      if (err)
	{
	  cap_fail (image, "pid %d: thread %u cannot be read: %s", ct->pid, i,
		    strerror (err));
	  return err;
	}
    }
  return 0;
}

/* Would sending the message of C again be the same as the first time?  Only if
   its rights were copied or made.  */
static bool
resendable (struct ckpt_image *image, task_t task, const struct cap_thread *c)
{
  unsigned int local = MACH_MSGH_BITS_LOCAL (c->bits);
  if (local == MACH_MSG_TYPE_MOVE_SEND
      || local == MACH_MSG_TYPE_MOVE_SEND_ONCE
      || local == MACH_MSG_TYPE_MOVE_RECEIVE)
    return false;
  if (!(c->bits & MACH_MSGH_BITS_COMPLEX))
    return true;
  if (c->send_size < sizeof (mach_msg_header_t)
      || c->send_size > 16 * 1024 * 1024)
    return false;
  size_t len = c->send_size - sizeof (mach_msg_header_t);
  uint8_t *body = malloc (len);
  if (body == NULL
      || cap_look (image, task, c->msg + sizeof (mach_msg_header_t), body, len))
    {
      free (body);
      return false;
    }
  struct msg_walk walk = { .body = body, .len = len };
  bool good = true;
  while (good && msg_next (&walk) == 0)
    good = !((walk.name == MACH_MSG_TYPE_MOVE_RECEIVE
	      || walk.name == MACH_MSG_TYPE_MOVE_SEND
	      || walk.name == MACH_MSG_TYPE_MOVE_SEND_ONCE)
	     && walk.number)
	   && !(walk.deallocate && !walk.in_line && walk.number);
  free (body);
  return good;
}

/* The port that the name NAME of task number TASK stands for.  */
static const struct ci_port *
port_of (struct ckpt_image *image, uint32_t task, mach_port_t name)
{
  struct ci_task *t = &image->ci.tasks[task];
  for (uint32_t i = 0; i < t->nrights; i++)
    if (t->rights[i].name == name && t->rights[i].port)
      return &image->ci.ports[t->rights[i].port - 1];
  return NULL;
}

/* Does the trap last until somebody else, or the time, ends it?  PORT is to what a
   message was sent; NULL: that is not known.  A call of the kernel that has just not
   ended, as a thread that yields, goes on in its own code at once.  */
static bool
is_wait (const struct ci_thread *t, const struct cap_thread *c,
	 const struct ci_port *port)
{
  if (!c->in_msg)
    return (t->regs[CI_EAX] == TRAP_THREAD_SWITCH
	    && c->timeout_address != 0);
  if (!SENDS (c->option) || port == NULL || c->id == GSYNC_WAIT_ID)
    return true;
  return (port->kind != CI_PORT_TASK && port->kind != CI_PORT_THREAD
	  && port->kind != CI_PORT_PSET_NAME && port->kind != CI_PORT_DEAD
	  && port->kind != CI_PORT_CONTROL);
}

/* Now that it is known which port is which: put the threads that are in a trap
   onto the trap again, sending again what was sent to us or the kernel and has
   not been handled, and only waiting where the message was taken.  */
error_t
cap_resolve_threads (struct ckpt_image *image)
{
  for (uint32_t i = 0; i < image->ci.nthreads; i++)
    {
      struct ci_thread *t = &image->ci.threads[i];
      struct cap_thread *c = &image->threads[i];
      struct cap_task *ct = &image->tasks[t->task];
      if (t->wait != CI_WAIT_TRAP)
	continue;
      t->regs[CI_EIP] -= TRAP_LENGTH;
      if (!c->in_msg || !SENDS (c->option))
	{
	  if (!is_wait (t, c, NULL))
	    t->wait = CI_WAIT_NOT;
	  continue;
	}
      const struct ci_port *port = NULL;
      if (MACH_MSGH_BITS_REMOTE (c->bits) == MACH_MSG_TYPE_COPY_SEND)
	port = port_of (image, t->task, c->remote);
      if (!is_wait (t, c, port))
	t->wait = CI_WAIT_NOT;
      /* What was sent to a port that will be dead is sent again, too: the
	 sender learns then that it is dead.  */
      if (port == NULL || port->kind == CI_PORT_ENV)
	{
	  if (!RECEIVES (c->option))
	    {
	      cap_fail (image, "pid %d: thread %u is stuck sending message %d"
			" to port %u", ct->pid, i - ct->first_thread, c->id,
			c->remote);
	      continue;
	    }
	  t->patch_address = c->option_address;
	  t->patch_value = c->option & RECEIVE_HALF;
	}
      else if (!resendable (image, ct->task, c))
	cap_fail (image, "pid %d: thread %u waits for the answer to message"
		  " %d, whose rights or memory were moved", ct->pid,
		  i - ct->first_thread, c->id);
    }
  return 0;
}
