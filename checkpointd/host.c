/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host's name port, as restored programs have it.

   CLOCK_MONOTONIC is the host's uptime (the C library keeps the host's port in a
   variable and asks it), which starts anew with each boot.  So the right that a
   restored program has under that name leads here: we add the uptime that the
   environment had before, and hand on everything else.  A program that was
   started after a restore has got the host itself by a trap, and its right is
   exchanged as soon as its C library is initialized.  */

#include <stdlib.h>
#include <time.h>
#include <mach/mach_host.h>
#include <mach/mig_errors.h>
#include "internal.h"
#include "mach_debug_U.h"

#define HOST_GET_UPTIME64_ID	2647

/* What mach_port_kernel_object calls the host's name port.  */
#define KERNEL_OBJECT_HOST	3

static const struct sv_class host_class = { .name = "host" };

static struct
{
  struct sv_port *port;		/* NULL: nothing was restored yet.  */
  int64_t before;		/* Microseconds to be added.  */
  int64_t restored;		/* The uptime that it is to go on from.  */
} host;

static int64_t
uptime (void)
{
  time_value64_t time;
  if (host_get_uptime64 (mach_host_self (), &time))
    return 0;
  return time.seconds * 1000000LL + time.nanoseconds / 1000;
}

void
conductor_host_save (uint64_t *id, int64_t *time)
{
  *id = host.port ? host.port->id : 0;
  *time = uptime () + host.before;
}

error_t
conductor_host_restore (uint64_t id, int64_t time)
{
  host.restored = time;
  if (id == 0)
    return 0;
  return sv_port_create (conductor.config.bucket, &host_class,
			 sizeof *host.port, id, &host.port);
}

void
conductor_host_begin (void *context)
{
  conductor_fault (AT_BEGIN);
  int64_t now = uptime ();
  host.before = host.restored > now ? host.restored - now : 0;
}

error_t
conductor_host_right (void *context, mach_port_t *right)
{
  error_t err = 0;
  if (host.port == NULL)
    err = sv_port_create (conductor.config.bucket, &host_class,
			  sizeof *host.port, 0, &host.port);
  if (err == 0)
    *right = sv_port_get_right (host.port);
  return err;
}

/* Put our right in the place of TASK's right NAME to the host.  */
static void
exchange (task_t task, mach_port_t name)
{
  mach_port_urefs_t refs;
  mach_port_t right;
  if (mach_port_get_refs (task, name, MACH_PORT_RIGHT_SEND, &refs)
      || conductor_host_right (NULL, &right))
    return;
  if (mach_port_mod_refs (task, name, MACH_PORT_RIGHT_SEND, -refs) == 0
      && mach_port_insert_right (task, name, right, MACH_MSG_TYPE_COPY_SEND)
	 == 0 && refs > 1)
    mach_port_mod_refs (task, name, MACH_PORT_RIGHT_SEND, refs - 1);
  mach_port_deallocate (mach_task_self (), right);
}

void
checkpointd_process_started (void *context, task_t task)
{
  mach_port_array_t names;
  mach_port_type_array_t types;
  mach_msg_type_number_t n, ntypes;

  if (host.port == NULL || host.before == 0
      || mach_port_names (task, &names, &n, &types, &ntypes))
    return;
  for (mach_msg_type_number_t i = 0; i < n; i++)
    {
      unsigned int object;
      vm_offset_t address;
      if (types[i] & MACH_PORT_TYPE_SEND
	  && mach_port_kernel_object (task, names[i], &object, &address) == 0
	  && object == KERNEL_OBJECT_HOST)
	exchange (task, names[i]);
    }
  vm_deallocate (mach_task_self (), (vm_address_t) names, n * sizeof *names);
  vm_deallocate (mach_task_self (), (vm_address_t) types,
		 ntypes * sizeof *types);
}

/* Answer a request for the uptime.  */
static void
tell_uptime (mig_reply_header_t *reply)
{
  struct
  {
    mig_reply_header_t head;
    mach_msg_type_t type;
    time_value64_t time;
  } *r = (void *) reply;
  int64_t time = uptime () + host.before;

  r->type = (mach_msg_type_t)
    {
      .msgt_name = MACH_MSG_TYPE_INTEGER_32, .msgt_size = 32, .msgt_number = 4,
      .msgt_inline = TRUE,
    };
  r->time.seconds = time / 1000000;
  r->time.nanoseconds = time % 1000000 * 1000;
  r->head.Head.msgh_size = sizeof *r;
  r->head.RetCode = 0;
}

boolean_t
conductor_host_demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  mig_reply_header_t *reply = (mig_reply_header_t *) outp;
  struct sv_port *port = sv_lookup (inp->msgh_local_port, &host_class);
  if (port == NULL)
    return FALSE;
  sv_unref (port);
  if (inp->msgh_id == HOST_GET_UPTIME64_ID && inp->msgh_size == sizeof *inp)
    {
      tell_uptime (reply);
      return TRUE;
    }
  /* The kernel answers the client itself.  */
  mach_port_t client = inp->msgh_remote_port;
  inp->msgh_bits = ((inp->msgh_bits & MACH_MSGH_BITS_COMPLEX)
		    | MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND,
				      MACH_MSGH_BITS_REMOTE (inp->msgh_bits)));
  inp->msgh_remote_port = mach_host_self ();
  inp->msgh_local_port = client;
  reply->RetCode = MIG_NO_REPLY;
  if (mach_msg (inp, MACH_SEND_MSG, inp->msgh_size, 0, MACH_PORT_NULL, 0,
		MACH_PORT_NULL))
    mach_msg_destroy (inp);
  return TRUE;
}
