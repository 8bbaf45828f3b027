/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ext2 server: an ordinary translator, or, when the kernel starts it, the
   root of the system, which starts the rest.  */

#include "ext2fs.h"
#include <argp.h>
#include <error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <hurd.h>
#include <device/device.h>
#include <minihurd/boot/boot.h>

const char *argp_program_version = "ext2fs (perdure) 0.1";

const struct fs_ops ext2_ops =
{
  .stat = ext2_stat,
  .lookup = ext2_lookup,
  .create = ext2_create,
  .mkdir = ext2_mkdir,
  .unlink = ext2_unlink,
  .rmdir = ext2_rmdir,
  .link = ext2_link,
  .rename = ext2_rename,
  .readdir = ext2_readdir,
  .read = ext2_read,
  .write = ext2_write,
  .truncate = ext2_truncate,
  .readlink = ext2_readlink,
  .chmod = ext2_chmod,
  .chown = ext2_chown,
  .chflags = ext2_chflags,
  .chauthor = ext2_chauthor,
  .utimens = ext2_utimens,
  .sync = ext2_node_sync,
  .get_translator = ext2_get_translator,
  .set_translator = ext2_set_translator,
  .map = ext2_map,
  .free = ext2_free,
};

enum { OPT_HOST = 256, OPT_DEVICE, OPT_CMDLINE };

static const struct argp_option options[] =
{
  { "readonly", 'r', NULL, 0, "Do not write", 0 },
  { "writable", 'w', NULL, 0, "Allow writing (the default, but at boot)", 0 },
  { "host-priv-port", OPT_HOST, "NAME", 0, "At boot: the host's port", 1 },
  { "device-master-port", OPT_DEVICE, "NAME", 0,
    "At boot: the port of the devices", 1 },
  { "kernel-command-line", OPT_CMDLINE, "TEXT", 0,
    "At boot: what the kernel was told", 1 },
  { 0 }
};

static struct
{
  mach_port_t host, devices;
  const char *cmdline, *device;
  bool readonly;
} arguments = { .cmdline = "" };

static error_t
parse (int key, char *arg, struct argp_state *state)
{
  switch (key)
    {
    case 'r':
      arguments.readonly = true;
      return 0;
    case 'w':
      arguments.readonly = false;
      return 0;
    case OPT_HOST:
      arguments.host = strtoul (arg, NULL, 10);
      return 0;
    case OPT_DEVICE:
      arguments.devices = strtoul (arg, NULL, 10);
      return 0;
    case OPT_CMDLINE:
      arguments.cmdline = arg;
      return 0;
    case ARGP_KEY_ARG:
      if (arguments.device != NULL)
	argp_usage (state);
      arguments.device = arg;
      return 0;
    case ARGP_KEY_NO_ARGS:
      argp_usage (state);
      return EINVAL;
    default:
      return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp =
{
  options, parse, "DEVICE",
  "Serve the ext2 file system on DEVICE: a device of the kernel, or the"
  " absolute name of a file.", NULL, NULL, NULL
};

/* Without any server there are no standard streams but the kernel's
   console.  */
static void
open_console (void)
{
  device_t console;
  FILE *stream;

  if (device_open (arguments.devices, D_READ | D_WRITE, "console", &console))
    return;
  stream = mach_open_devstream (console, "w");
  if (stream != NULL)
    {
      setlinebuf (stream);
      stdout = stderr = stream;
    }
}

/* Memory for the cache: an eighth of what there is, within reason.  */
static size_t
cache_bytes (void)
{
  struct vm_statistics st;
  size_t bytes = 16 << 20;

  if (vm_statistics (mach_task_self (), &st) == 0)
    bytes = (size_t) st.free_count * st.pagesize / 8;
  if (bytes < 1 << 20)
    bytes = 1 << 20;
  return bytes > 48 << 20 ? 48 << 20 : bytes;
}

/* Until there are processes no translator can be one.  */
static error_t
too_early (struct fs_fs *fs, struct fs_node *node, const char *argz,
	   size_t len, uid_t uid, gid_t gid, mach_port_t bootstrap,
	   task_t *task)
{
  return EAGAIN;
}

static error_t
start_fs (void)
{
  error_t err = disk_open (arguments.device, arguments.devices, &ext2.disk);

  if (err == 0)
    err = cache_init (&ext2.cache, &ext2.disk, 1024, cache_bytes ());
  if (err == 0)
    err = ext2_mount ();
  if (err)
    return err;
  ext2.server.name = "ext2fs";
  ext2.server.fstype = FSTYPE_EXT2FS;
  ext2.server.readonly = true;
  ext2.server.special_files = true;
  ext2.server.statfs = ext2_statfs;
  ext2.server.syncfs = ext2_syncfs;
  ext2.server.set_options = ext2_set_options;
  ext2.server.get_options = ext2_get_options;
  ext2.server.goaway = ext2_goaway;
  pthread_mutex_lock (&ext2.lock);
  if (!ext2.boot && !arguments.readonly)
    {
      err = ext2_set_writable (true);
      if (err == EROFS)
	err = 0;
      ext2.server.readonly = !ext2.writable;
    }
  if (err == 0)
    err = sv_bucket_create (&ext2.server.bucket);
  if (err == 0)
    err = inode_node (EXT2_ROOT_INO, &ext2.server.root);
  pthread_mutex_unlock (&ext2.lock);
  if (ext2.boot)
    ext2.server.start_translator = too_early;
  if (err == 0)
    err = fs_serve (&ext2.server, 4);
  if (err == 0)
    err = ext2_sync_start ();
  return err;
}

static void
boot (void *arg)
{
  error_t err = boot_start (&ext2.server, arguments.host, arguments.devices,
			    arguments.cmdline);

  ext2.server.start_translator = NULL;
  if (err)
    printf ("ext2fs: the system cannot be started: %s\n", strerror (err));
}

/* Never return.  */
static void
park (void)
{
  mach_port_t port = mach_reply_port ();
  mach_msg_header_t message;

  for (;;)
    mach_msg (&message, MACH_RCV_MSG, 0, sizeof message, port,
	      MACH_MSG_TIMEOUT_NONE, MACH_PORT_NULL);
}

int
main (int argc, char **argv)
{
  mach_port_t bootstrap = MACH_PORT_NULL;
  error_t err;

  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  argp_parse (&argp, argc, argv, 0, NULL, NULL);
  ext2.boot = bootstrap == MACH_PORT_NULL;
  if (ext2.boot)
    {
      open_console ();
      _hurd_host_priv = arguments.host;
      _hurd_device_master = arguments.devices;
    }
  else if (arguments.device[0] != '/')
    {
      err = get_privileged_ports (NULL, &arguments.devices);
      if (err)
	error (1, err, "the kernel's devices");
    }
  err = start_fs ();
  if (err)
    {
      printf ("ext2fs: %s: %s\n", arguments.device, strerror (err));
      if (ext2.boot)
	park ();
      error (1, err, "%s", arguments.device);
    }
  if (ext2.boot)
    err = sv_thread (boot, NULL);
  else
    err = fs_startup (&ext2.server, bootstrap, O_READ);
  if (err)
    error (1, err, "cannot start");
  park ();
}
