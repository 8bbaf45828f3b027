/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of this room.  */

#ifndef PERDURE_PROC_PROXY_INTERNAL_H
#define PERDURE_PROC_PROXY_INTERNAL_H

#include "env.h"

struct env
{
  struct sv_bucket *bucket;
  struct proc_table *table;
};
extern struct env env;

/* What a program starts with.  Ports are lent; null ones stay null.  */
struct env_start
{
  const char *argv, *envp;
  size_t argvlen, envplen;
  const char *cwd;
  uid_t uid;
  gid_t gid;
  mach_port_t bootstrap;
  mach_port_t fds[3];
};

/* Start it as a child of init.  *TASK (if TASK is not NULL) is a reference for
   the caller.  */
error_t env_start (const struct env_start *start, pid_t *pid, task_t *task);

/* A right to NODE opened with FLAGS by root.  */
error_t env_open (struct fs_node *node, int flags, mach_port_t *right);

#endif /* PERDURE_PROC_PROXY_INTERNAL_H */
