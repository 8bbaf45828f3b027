/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ground's proc server.  */

#include <error.h>
#include <hurd.h>
#include <hurd/startup.h>
#include <mach/gnumach.h>
#include <libproc/libproc.h>
#include <minihurd/boot/boot.h>

enum { PID_STARTUP = 1, PID_PROC = 2 };

static mach_port_t host_priv, device_master;

static error_t
privports (void *context, mach_port_t *host, mach_port_t *devices)
{
  *host = host_priv;
  *devices = device_master;
  return 0;
}

/* Make startup and ourselves processes; meet startup.  */
static error_t
begin (struct proc_table *table, mach_port_t bootstrap, mach_port_t *auth)
{
  struct proc *startup;
  mach_port_t right;
  task_t task;
  error_t err;

  err = proc_new (table, MACH_PORT_NULL, PID_STARTUP, &startup);
  if (err)
    return err;
  right = proc_right (startup);
  err = startup_procinit (bootstrap, right, &task, auth, &host_priv,
			  &device_master);
  mach_port_deallocate (mach_task_self (), right);
  if (!err)
    err = proc_attach_task (startup, task);
  if (!err)
    proc_set_init (startup);
  proc_unref (startup);
  return err;
}

int
main (void)
{
  static const sv_demuxer demuxers[] = { proc_demuxer, NULL };
  struct proc_hooks hooks = { .privports = privports };
  mach_port_t bootstrap, auth, notify, right;
  struct sv_bucket *bucket;
  struct proc_table *table;
  struct proc *self;
  error_t err;

  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  err = sv_bucket_create (&bucket);
  if (!err)
    err = proc_table_create (bucket, &hooks, &table);
  if (!err)
    err = begin (table, bootstrap, &auth);
  if (!err)
    err = proc_new (table, mach_task_self (), PID_PROC, &self);
  if (!err)
    err = sv_serve (bucket, 2, demuxers);
  if (err)
    error (1, err, "proc");
  _hurd_host_priv = host_priv;
  _hurd_device_master = device_master;
  right = proc_right (self);
  err = boot_join (right, auth);
  if (!err)
    err = proc_new_task_port (table, &notify);
  if (!err)
    err = register_new_task_notification (host_priv, notify,
					  MACH_MSG_TYPE_MOVE_SEND);
  if (err)
    error (1, err, "proc");
  boot_park ();
}
