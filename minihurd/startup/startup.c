/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PID 1: starts the first servers, then /etc/rc, and waits for orphans.  */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <hurd.h>
#include <hurd/fsys.h>
#include <hurd/process.h>
#include <device/device.h>
#include <libexec/exec.h>
#include <minihurd/boot/boot.h>
#include "startup.h"

mach_port_t host_priv, device_master;

/* Before there is a terminal there is the kernel's console.  */
static void
open_console (void)
{
  device_t console;
  FILE *stream;

  if (device_open (device_master, D_READ | D_WRITE, "console", &console))
    return;
  stream = mach_open_devstream (console, "w");
  if (stream == NULL)
    return;
  setlinebuf (stream);
  stdout = stderr = stream;
}

static void
check (error_t err, const char *what)
{
  if (err == 0)
    return;
  printf ("startup: %s: %s\n", what, strerror (err));
  host_reboot (host_priv, RB_AUTOBOOT);
  boot_park ();
}

/* Run NAME with BOOTSTRAP.  */
static task_t
run_server (const char *name, mach_port_t bootstrap)
{
  struct exec_env env = { .bootstrap = bootstrap };
  mach_port_t root = getcrdir (), file;
  task_t task;

  check (exec_lookup (name, O_READ | O_EXEC, root, root, MACH_PORT_NULL,
		      &file), name);
  check (exec_start (file, name, strlen (name) + 1, NULL, 0, &env, &task),
	 name);
  mach_port_deallocate (mach_task_self (), file);
  mach_port_deallocate (mach_task_self (), root);
  return task;
}

/* Make TASK a process with a name, and one that must not die.  */
static process_t
introduce (task_t task, const char *name)
{
  process_t self = getproc (), proc = MACH_PORT_NULL;

  proc_child (self, task);
  check (proc_task2proc (self, task, &proc), name);
  proc_set_exe (proc, (char *) name);
  proc_mark_important (proc);
  check (add_essential (task, name), name);
  mach_port_deallocate (mach_task_self (), self);
  return proc;
}

/* Start auth and proc, and make processes of all that run.  */
static void
start_servers (mach_port_t fsys, task_t fs_task)
{
  mach_port_t bootstrap, auth, proc;
  process_t fs_proc;
  task_t auth_task, proc_task;

  check (serve_startup (&bootstrap), "serving");
  auth_task = run_server ("/hurd/auth", bootstrap);
  proc_task = run_server ("/hurd/proc", bootstrap);
  check (meet_servers (auth_task, &auth, &proc), "the first servers");
  check (boot_join (proc, auth), "the proc server");

  introduce (auth_task, "/hurd/auth");
  introduce (proc_task, "/hurd/proc");
  fs_proc = introduce (fs_task, "/hurd/ext2fs");
  check (fsys_init (fsys, fs_proc, MACH_MSG_TYPE_COPY_SEND, auth),
	 "the root file system");
}

/* In the child: run rc on the console, in a session of its own.  */
static void
run_rc (void)
{
  static char *const argv[] = { "/bin/sh", "/etc/rc", NULL };
  int fd, i;

  setsid ();
  fd = open ("/dev/console", O_RDWR);
  if (fd >= 0)
    {
      for (i = 0; i < 3; i++)
	if (fd != i)
	  dup2 (fd, i);
      if (fd > 2)
	close (fd);
      ioctl (0, TIOCSCTTY, NULL);
      tcsetpgrp (0, getpgrp ());
    }
  chdir ("/");
  execv (argv[0], argv);
  _exit (127);
}

int
main (int argc, char **argv)
{
  mach_port_t fsys;
  task_t fs_task;
  error_t err;
  pid_t rc, pid;
  int status;

  task_get_bootstrap_port (mach_task_self (), &fsys);
  err = fsys_getpriv (fsys, &host_priv, &device_master, &fs_task);
  if (err)
    boot_park ();
  _hurd_host_priv = host_priv;
  _hurd_device_master = device_master;
  open_console ();
  start_servers (fsys, fs_task);
  err = publish_startup ();
  if (err)
    printf ("startup: /servers/startup: %s\n", strerror (err));

  rc = fork ();
  if (rc == 0)
    run_rc ();
  if (rc < 0)
    check (errno, "fork");
  for (;;)
    {
      pid = waitpid (-1, &status, 0);
      if (pid == rc && !going_down)
	{
	  if (status)
	    printf ("startup: rc has ended with status %#x\n", status);
	  shut_down (RB_AUTOBOOT);
	}
      else if (pid < 0 && errno != EINTR)
	sleep (1);
    }
}
