/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table, and how it takes part in checkpoints.  */

#include <checkpointd/checkpointd.h>
#include <libauth/libauth.h>
#include "internal.h"

struct env env;

static error_t
authenticate (void *context, mach_port_t rendezvous, mach_port_t newport,
	      struct fs_ids **ids)
{
  return auth_authenticate (rendezvous, newport, ids);
}

error_t
env_init (struct sv_bucket *bucket, struct proc_table **table)
{
  const struct proc_hooks hooks = {
    .authenticate = authenticate, .ended = checkpointd_process_ended,
    .started = checkpointd_process_started
  };
  error_t err = proc_table_create (bucket, &hooks, &env.table);

  env.bucket = bucket;
  fs_authenticate = auth_authenticate;
  fs_make_auth = auth_handle_for;
  env_proc_participant.context = *table = env.table;
  env_auth_participant.context = bucket;
  return err;
}

error_t
env_fresh (void)
{
  struct proc *init;
  error_t err = proc_new (env.table, MACH_PORT_NULL, 1, &init);

  if (!err)
    {
      proc_set_init (init);
      proc_unref (init);
    }
  return err;
}

struct ckpt_participant env_proc_participant = {
  .name = "proc", .save = proc_table_save,
  .restore_objects = proc_table_restore_objects,
  .restore_rights = proc_table_restore_rights
};

struct ckpt_participant env_auth_participant = {
  .name = "auth", .save = auth_save, .restore_objects = auth_restore_objects,
  .restore_rights = auth_restore_rights
};
