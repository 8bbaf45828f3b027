/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data for those who start programs: set by one, asked for by others, who
   may be told of changes.  */

#include <stdlib.h>
#include <string.h>
#include "libproc/internal.h"

/* The message that tells of them, exec_setexecdata.  */
enum { EXEC_SETEXECDATA = 30003 };

static void
free_ports (mach_port_t *ports, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    if (MACH_PORT_VALID (ports[i]))
      mach_port_deallocate (mach_task_self (), ports[i]);
  free (ports);
}

/* Tell WATCHER what there is; it misses what it has no room for.  Returns false
   when it is gone.  */
static bool
tell (struct proc_table *t, mach_port_t watcher)
{
  struct
  {
    mach_msg_header_t head;
    mach_msg_type_long_t ports_type;
    mach_port_t *ports;
    mach_msg_type_long_t ints_type;
    int *ints;
  } m = { .ports = t->std_ports, .ints = t->std_ints };
  const mach_msg_type_long_t type =
    {
      .msgtl_header = { .msgt_longform = TRUE }, .msgtl_size = 32
    };

  m.head.msgh_bits = (MACH_MSGH_BITS (MACH_MSG_TYPE_COPY_SEND, 0)
		      | MACH_MSGH_BITS_COMPLEX);
  m.head.msgh_size = sizeof m;
  m.head.msgh_remote_port = watcher;
  m.head.msgh_id = EXEC_SETEXECDATA;
  m.ports_type = m.ints_type = type;
  m.ports_type.msgtl_name = MACH_MSG_TYPE_COPY_SEND;
  m.ports_type.msgtl_number = t->nstd_ports;
  m.ints_type.msgtl_name = MACH_MSG_TYPE_INTEGER_32;
  m.ints_type.msgtl_number = t->nstd_ints;
  return mach_msg (&m.head, MACH_SEND_MSG | MACH_SEND_TIMEOUT, sizeof m, 0,
		   MACH_PORT_NULL, 0, MACH_PORT_NULL)
	 != MACH_SEND_INVALID_DEST;
}

static void
tell_all (struct proc_table *t)
{
  size_t kept = 0;

  for (size_t i = 0; i < t->nexec_watchers; i++)
    if (tell (t, t->exec_watchers[i]))
      t->exec_watchers[kept++] = t->exec_watchers[i];
    else
      mach_port_deallocate (mach_task_self (), t->exec_watchers[i]);
  t->nexec_watchers = kept;
}

kern_return_t
S_proc_setexecdata (process_t process, const_portarray_t ports,
		    mach_msg_type_number_t nports, const_intarray_t ints,
		    mach_msg_type_number_t nints)
{
  struct proc_handle *h = proc_enter (process);
  mach_port_t *newports;
  int *newints;
  struct proc_table *t;

  if (h == NULL)
    return EOPNOTSUPP;
  t = h->proc->table;
  if (!proc_has_uid (h->proc, 0))
    return proc_leave (h, EPERM);
  newports = malloc ((nports + 1) * sizeof *newports);
  newints = malloc ((nints + 1) * sizeof *newints);
  if (newports == NULL || newints == NULL)
    {
      free (newports);
      free (newints);
      return proc_leave (h, ENOMEM);
    }
  memcpy (newports, ports, nports * sizeof *ports);
  memcpy (newints, ints, nints * sizeof *ints);
  free_ports (t->std_ports, t->nstd_ports);
  free (t->std_ints);
  t->std_ports = newports;
  t->nstd_ports = nports;
  t->std_ints = newints;
  t->nstd_ints = nints;
  tell_all (t);
  return proc_leave (h, 0);
}

kern_return_t
S_proc_getexecdata (process_t process, portarray_t *ports,
		    mach_msg_type_name_t *portsPoly,
		    mach_msg_type_number_t *portsCnt, intarray_t *ints,
		    mach_msg_type_number_t *intsCnt)
{
  struct proc_handle *h = proc_enter (process);
  struct proc_table *t;
  error_t err;

  if (h == NULL)
    return EOPNOTSUPP;
  t = h->proc->table;
  *portsPoly = MACH_MSG_TYPE_COPY_SEND;
  err = t->std_ports ? 0 : ENOENT;
  if (!err)
    err = proc_reply (t->std_ports, t->nstd_ports, sizeof (mach_port_t), ports,
		      portsCnt);
  if (!err)
    err = proc_reply (t->std_ints, t->nstd_ints, sizeof (int), ints, intsCnt);
  return proc_leave (h, err);
}

/* They are no part of a checkpoint, as the data are not: both belong to the
   servers of a machine that has just been started.  */
kern_return_t
S_proc_execdata_notify (process_t process, mach_port_t notify)
{
  struct proc_handle *h = proc_enter (process);
  mach_port_t *watchers;
  struct proc_table *t;

  if (h == NULL)
    return EOPNOTSUPP;
  t = h->proc->table;
  if (!MACH_PORT_VALID (notify))
    return proc_leave (h, EINVAL);
  watchers = reallocarray (t->exec_watchers, t->nexec_watchers + 1,
			   sizeof *watchers);
  if (watchers == NULL)
    return proc_leave (h, ENOMEM);
  t->exec_watchers = watchers;
  watchers[t->nexec_watchers++] = notify;
  if (t->std_ports)
    tell (t, notify);
  return proc_leave (h, 0);
}
