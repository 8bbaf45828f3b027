/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting a program in a task of its own.  */

#include <hurd.h>
#include <hurd/process.h>
#include "libexec/internal.h"

/* A new reference of RIGHT, or else what OWN returns (which may be NULL, for a
   process that has no initial ports yet).  */
static mach_port_t
lend (mach_port_t right, mach_port_t (*own) (void))
{
  if (right == MACH_PORT_NULL)
    return own && _hurd_ports ? own () : MACH_PORT_NULL;
  sv_right_ref (right);
  return right;
}

/* Make TASK a child process of ours; *PROC is its process port, or null when we
   are none ourselves.  */
static error_t
adopt (task_t task, mach_port_t *proc)
{
  mach_port_t self = _hurd_ports ? getproc () : MACH_PORT_NULL;
  error_t err;

  *proc = MACH_PORT_NULL;
  if (self == MACH_PORT_NULL)
    return 0;
  err = proc_child (self, task);
  if (!err)
    err = proc_task2proc (self, task, proc);
  mach_port_deallocate (mach_task_self (), self);
  return err;
}

error_t
exec_start (mach_port_t file, const char *argv, size_t argvlen,
	    const char *envp, size_t envplen, const struct exec_env *env,
	    task_t *task)
{
  mach_port_t ports[INIT_PORT_MAX] = { 0 }, fds[3];
  struct fs_exec_args args =
    {
      .argv = argv, .argvlen = argvlen, .envp = envp, .envplen = envplen,
      .path = argv, .abspath = argv, .ports = ports, .nports = INIT_PORT_MAX,
      .fds = fds, .nfds = 3
    };
  int i;
  error_t err;

  err = task_create (mach_task_self (), FALSE, &args.task);
  if (err)
    return err;
  err = adopt (args.task, &ports[INIT_PORT_PROC]);
  if (err)
    {
      task_terminate (args.task);
      mach_port_deallocate (mach_task_self (), args.task);
      return err;
    }
  ports[INIT_PORT_CRDIR] = lend (env->crdir, getcrdir);
  ports[INIT_PORT_CWDIR] = lend (env->cwdir, getcwdir);
  ports[INIT_PORT_AUTH] = lend (env->auth, getauth);
  ports[INIT_PORT_BOOTSTRAP] = lend (env->bootstrap, NULL);
  for (i = 0; i < 3; i++)
    fds[i] = lend (env->fds[i], NULL);
  if (fds[0] == MACH_PORT_NULL && fds[1] == MACH_PORT_NULL
      && fds[2] == MACH_PORT_NULL)
    args.nfds = 0;

  if (task)
    {
      *task = args.task;
      sv_right_ref (*task);
    }
  err = exec_file (file, &args);
  if (!err)
    return 0;

  for (i = 0; i < INIT_PORT_MAX; i++)
    if (MACH_PORT_VALID (ports[i]))
      mach_port_deallocate (mach_task_self (), ports[i]);
  for (i = 0; i < 3; i++)
    if (MACH_PORT_VALID (fds[i]))
      mach_port_deallocate (mach_task_self (), fds[i]);
  task_terminate (args.task);
  mach_port_deallocate (mach_task_self (), args.task);
  if (task)
    mach_port_deallocate (mach_task_self (), args.task);
  return err;
}
