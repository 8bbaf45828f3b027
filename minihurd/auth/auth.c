/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ground's auth server.  */

#include <error.h>
#include <hurd.h>
#include <hurd/startup.h>
#include <libauth/libauth.h>
#include <minihurd/boot/boot.h>

int
main (void)
{
  static const sv_demuxer demuxers[] = { auth_demuxer, NULL };
  mach_port_t bootstrap, root, proc;
  struct sv_bucket *bucket;
  error_t err;

  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  err = sv_bucket_create (&bucket);
  if (!err)
    err = auth_handle_simple (bucket, 0, 0, &root);
  if (!err)
    err = sv_serve (bucket, 2, demuxers);
  if (!err)
    err = startup_authinit (bootstrap, root, MACH_MSG_TYPE_COPY_SEND, &proc);
  if (!err)
    err = boot_join (proc, root);
  if (err)
    error (1, err, "auth");
  boot_park ();
}
