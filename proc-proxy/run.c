/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ckpt run.  */

#include <fcntl.h>
#include <hurd.h>
#include <hurd/io.h>
#include <sys/stat.h>
#include <checkpointd/checkpointd.h>
#include <libexec/exec.h>
#include "internal.h"
#include "root-proxy/proxy.h"

/* Open NAME inside.  */
static error_t
open_inside (const char *name, int flags, mach_port_t *right)
{
  mach_port_t root;
  error_t err = env_open (rp.fs.root, O_READ | O_EXEC, &root);

  if (err)
    return err;
  err = exec_lookup (name, flags, root, root, MACH_PORT_NULL, right);
  mach_port_deallocate (mach_task_self (), root);
  return err;
}

static error_t
open_frames (unsigned int stream, mach_port_t *right)
{
  struct fs_node *node;
  uint64_t offset = rp.frames[stream] ? rp_data (rp.frames[stream])->offset : 0;
  error_t err = rp_frames_node (stream, offset, &node);

  if (!err)
    {
      err = env_open (node, O_WRITE, right);
      fs_node_unref (node);
    }
  return err;
}

static error_t
open_session (mach_port_t *right)
{
  struct fs_node *node;
  error_t err = rp_session_node (RP_SESSIONS, &node);

  if (!err)
    {
      err = env_open (node, O_RDWR, right);
      fs_node_unref (node);
    }
  return err;
}

/* Is ST that of the ground's console?  */
static bool
is_console (const io_statbuf_t *st)
{
  struct stat console;

  return (S_ISCHR (st->st_mode) && stat ("/dev/console", &console) == 0
	  && console.st_ino == st->st_ino && console.st_fsid == st->st_fsid);
}

/* What a descriptor of the ground becomes inside: the console is the console as seen
   from there, and everything else a stream that lasts as long as the ground has it
   (root-proxy/given.c).  A port of the ground itself would go past us.  */
static error_t
open_instead (mach_port_t fd, mach_port_t *right)
{
  struct fs_node *node;
  io_statbuf_t st;
  int modes = 0;

  *right = MACH_PORT_NULL;
  if (!MACH_PORT_VALID (fd) || io_stat (fd, &st)
      || io_get_openmodes (fd, &modes))
    return 0;
  if (is_console (&st) && open_inside ("/dev/console", O_RDWR, right) == 0)
    return 0;
  error_t err = rp_given_node (fd, &node);
  if (!err)
    {
      err = env_open (node, modes & (O_RDWR | O_APPEND), right);
      fs_node_unref (node);
    }
  return err;
}

error_t
env_run (void *context, const struct checkpointd_run *run, pid_t *pid)
{
  struct env_start start = {
    .argv = run->argv, .argvlen = run->argvlen, .envp = run->envp,
    .envplen = run->envplen, .cwd = run->cwd
  };
  error_t err = 0;

  if (run->argvlen == 0)
    return EINVAL;
  if (run->session)
    err = (open_session (&start.fds[0])
	   ?: open_inside ("/dev/null", O_RDWR, &start.fds[1])
	   ?: open_inside ("/dev/null", O_RDWR, &start.fds[2]));
  else if (run->frames)
    {
      if (open_inside ("/dev/null", O_READ, &start.fds[0]))
	start.fds[0] = MACH_PORT_NULL;
      err = open_frames (1, &start.fds[1]) ?: open_frames (2, &start.fds[2]);
    }
  else
    for (size_t i = 0; i < 3 && i < run->nfds && !err; i++)
      err = open_instead (run->fds[i], &start.fds[i]);
  if (!err)
    err = env_start (&start, pid, NULL);
  for (int i = 0; i < 3; i++)
    if (MACH_PORT_VALID (start.fds[i]))
      mach_port_deallocate (mach_task_self (), start.fds[i]);
  return err;
}
