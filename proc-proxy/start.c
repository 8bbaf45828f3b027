/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting a program inside.  */

#include <argz.h>
#include <envz.h>
#include <fcntl.h>
#include <hurd.h>
#include <hurd/paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libauth/libauth.h>
#include <libexec/exec.h>
#include "internal.h"
#include "root-proxy/proxy.h"

static void
drop (mach_port_t right)
{
  if (MACH_PORT_VALID (right))
    mach_port_deallocate (mach_task_self (), right);
}

error_t
env_open (struct fs_node *node, int flags, mach_port_t *right)
{
  uid_t zero = 0;
  struct fs_ids *ids = fs_ids_make (&zero, 1, &zero, 1);
  struct fs_open *open;
  struct fs_cred *cred;
  error_t err = ids ? fs_open_create (node, flags, 0, &open) : ENOMEM;

  if (!err)
    {
      if (node->ops->open)
	err = node->ops->open (node, NULL, flags);
      open->opened = !err;
      if (!err)
	err = fs_cred_create (open, ids, 0, &cred);
      fs_open_unref (open);
    }
  if (!err)
    {
      *right = sv_port_get_right (cred);
      sv_unref (cred);
    }
  fs_ids_free (ids);
  return err;
}

/* Open the program NAME: as it is, or along the path in ENVP.  */
static error_t
find_program (const char *name, const struct env_start *s,
	      const mach_port_t *ports, mach_port_t *file, char **where)
{
  const char *path = envz_get (s->envp, s->envplen, "PATH");
  error_t err = ENOENT;

  if (strchr (name, '/'))
    path = NULL;
  else if (path == NULL || *path == 0)
    path = "/bin:/usr/bin:/sbin:/usr/sbin";
  do
    {
      size_t n = path ? strcspn (path, ":") : 0;
      if (asprintf (where, "%.*s%s%s", (int) n, path ? path : "",
		    n ? "/" : "", name) < 0)
	return ENOMEM;
      err = exec_lookup (*where, O_EXEC | O_READ, ports[INIT_PORT_CRDIR],
			 ports[INIT_PORT_CWDIR], ports[INIT_PORT_AUTH], file);
      if (!err)
	return 0;
      free (*where);
      *where = NULL;
      path = path && path[n] ? path + n + 1 : NULL;
    }
  while (path);
  return err;
}

/* A new task as a process.  */
static error_t
new_process (task_t *task, pid_t *pid, mach_port_t *port)
{
  struct proc *proc, *init;
  error_t err = task_create (mach_task_self (), FALSE, task);

  if (err)
    return err;
  /* What it would inherit of ours.  */
  task_set_special_port (*task, TASK_EXCEPTION_PORT, MACH_PORT_NULL);
  task_set_special_port (*task, TASK_BOOTSTRAP_PORT, MACH_PORT_NULL);
  sv_right_ref (*task);
  err = proc_new (env.table, *task, 0, &proc);
  /* Somebody waits for it on init's behalf.  */
  if (!err && pid && (init = proc_find_pid (env.table, 1)) != NULL)
    {
      proc_set_parent (proc, init);
      proc_unref (init);
    }
  if (err)
    {
      drop (*task);
      task_terminate (*task);
      drop (*task);
      return err;
    }
  if (pid)
    *pid = proc_pid (proc);
  *port = proc_right (proc);
  proc_unref (proc);
  return 0;
}

error_t
env_start (const struct env_start *s, pid_t *pid, task_t *task)
{
  mach_port_t ports[INIT_PORT_MAX] = { 0 }, fds[3], file = MACH_PORT_NULL;
  struct fs_exec_args args = {
    .argv = s->argv, .argvlen = s->argvlen, .envp = s->envp,
    .envplen = s->envplen, .ports = ports, .nports = INIT_PORT_MAX,
    .fds = fds, .nfds = 3
  };
  char *where = NULL;
  error_t err;

  err = env_open (rp.fs.root, O_READ | O_EXEC, &ports[INIT_PORT_CRDIR]);
  if (!err)
    err = auth_handle_simple (env.bucket, s->uid, s->gid,
			      &ports[INIT_PORT_AUTH]);
  if (!err)
    err = exec_lookup (s->cwd && *s->cwd ? s->cwd : "/", O_READ | O_EXEC,
		       ports[INIT_PORT_CRDIR], ports[INIT_PORT_CRDIR],
		       ports[INIT_PORT_AUTH], &ports[INIT_PORT_CWDIR]);
  if (!err)
    err = find_program (s->argv, s, ports, &file, &where);
  if (!err)
    err = new_process (&args.task, pid, &ports[INIT_PORT_PROC]);
  if (!err)
    {
      args.path = args.abspath = where;
      ports[INIT_PORT_BOOTSTRAP] = s->bootstrap;
      if (MACH_PORT_VALID (s->bootstrap))
	sv_right_ref (s->bootstrap);
      for (int i = 0; i < 3; i++)
	{
	  fds[i] = s->fds[i];
	  if (MACH_PORT_VALID (fds[i]))
	    sv_right_ref (fds[i]);
	}
      if (task)
	{
	  *task = args.task;
	  sv_right_ref (*task);
	}
      err = exec_file (file, &args);
      if (err)
	{
	  for (int i = 0; i < 3; i++)
	    drop (fds[i]);
	  if (task)
	    drop (*task);
	  task_terminate (args.task);
	  drop (args.task);
	}
    }
  drop (file);
  free (where);
  if (err)
    for (int i = 0; i < INIT_PORT_MAX; i++)
      drop (ports[i]);
  return err;
}

error_t
env_start_translator (struct fs_fs *fs, struct fs_node *node,
		      const char *argz, size_t len, uid_t uid, gid_t gid,
		      mach_port_t bootstrap, task_t *task)
{
  const struct env_start start = {
    .argv = argz, .argvlen = len, .uid = uid, .gid = gid,
    .bootstrap = bootstrap
  };
  return env_start (&start, NULL, task);
}

error_t
env_socket_server (struct fs_fs *fs, mach_port_t *server)
{
  mach_port_t root = MACH_PORT_NULL, auth = MACH_PORT_NULL;
  error_t err = env_open (fs->root, O_READ | O_EXEC, &root);

  if (!err)
    err = auth_handle_simple (env.bucket, 0, 0, &auth);
  if (!err)
    err = exec_lookup (_SERVERS_SOCKET "/1", 0, root, root, auth, server);
  drop (auth);
  drop (root);
  return err;
}
