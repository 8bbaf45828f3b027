/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The environment's processes.  */

#ifndef PERDURE_PROC_PROXY_ENV_H
#define PERDURE_PROC_PROXY_ENV_H

#include <libproc/libproc.h>

struct checkpointd_run;

/* Make an empty process table, served in BUCKET; also sets fs_authenticate.  */
error_t env_init (struct sv_bucket *bucket, struct proc_table **table);

/* In a fresh environment: the init process.  */
error_t env_fresh (void);

/* Make this process the owner of all tasks that it and its tasks make: when it
   dies, however that happens, the ground's process server ends them, too.  To
   be called before the first is made.  */
error_t env_own_tasks (void);

/* Start a program as a child of init; see checkpointd.h.  */
error_t env_run (void *context, const struct checkpointd_run *run,
		 pid_t *pid);

/* Start a passive translator as a process of the environment; see node.h.  */
error_t env_start_translator (struct fs_fs *fs, struct fs_node *node,
			      const char *argz, size_t len, uid_t uid,
			      gid_t gid, mach_port_t bootstrap, task_t *task);

/* Find the environment's server of local sockets; see node.h.  */
error_t env_socket_server (struct fs_fs *fs, mach_port_t *server);

/* The participants for the process table and the auth handles.  */
extern struct ckpt_participant env_proc_participant, env_auth_participant;

#endif /* PERDURE_PROC_PROXY_ENV_H */
