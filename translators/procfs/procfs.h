/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of procfs.  */

#ifndef PERDURE_PROCFS_H
#define PERDURE_PROCFS_H

#include <hurd.h>
#include <hurd/process.h>
#include <libserver/node.h>

/* A file, by the directory that it is in.  */
struct kind
{
  const char *name;
  mode_t mode;
  /* Fill *TEXT (malloced) and *LEN.  PID is 0 for those of the top.  */
  error_t (*make) (pid_t pid, char **text, size_t *len);
};

/* Ends with a null name.  */
extern const struct kind procfs_top[], procfs_process[];

/* What proc knows of PID: to be freed.  ESRCH if there is none.  */
error_t procfs_info (pid_t pid, struct procinfo **info);

#endif /* PERDURE_PROCFS_H */
