/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exec server, a translator for /servers/exec.  File systems here run
   programs themselves, by the same library; this is for those that ask.  */

#include <error.h>
#include <string.h>
#include <hurd.h>
#include <libexec/exec.h>
#include <minihurd/boot/boot.h>
#include "exec_S.h"

extern boolean_t S_exec_server (mach_msg_header_t *, mach_msg_header_t *);

static boolean_t
demuxer (mach_msg_header_t *inp, mach_msg_header_t *outp)
{
  return S_exec_server (inp, outp);
}

kern_return_t
S_exec_exec_paths (file_t execserver, mach_port_t file, mach_port_t oldtask,
		   int flags, const_string_t path, const_string_t abspath,
		   const_data_t argv, mach_msg_type_number_t argvlen,
		   const_data_t envp, mach_msg_type_number_t envplen,
		   const_portarray_t fds, mach_msg_type_number_t nfds,
		   const_portarray_t ports, mach_msg_type_number_t nports,
		   const_intarray_t ints, mach_msg_type_number_t nints,
		   const_mach_port_name_array_t dealloc,
		   mach_msg_type_number_t ndealloc,
		   const_mach_port_name_array_t destroy,
		   mach_msg_type_number_t ndestroy)
{
  struct fs_exec_args args =
    {
      .task = oldtask, .flags = flags, .path = path, .abspath = abspath,
      .argv = argv, .argvlen = argvlen, .envp = envp, .envplen = envplen,
      .fds = fds, .nfds = nfds, .ports = ports, .nports = nports,
      .ints = ints, .nints = nints, .dealloc = dealloc, .ndealloc = ndealloc,
      .destroy = destroy, .ndestroy = ndestroy
    };
  struct fs_cred *cred = fs_cred_lookup (execserver);
  error_t err;

  if (cred == NULL)
    return EOPNOTSUPP;
  err = exec_file (file, &args);
  if (!err && MACH_PORT_VALID (file))
    mach_port_deallocate (mach_task_self (), file);
  sv_unref (cred);
  return err;
}

kern_return_t
S_exec_exec (file_t execserver, mach_port_t file, mach_port_t oldtask,
	     int flags, const_data_t argv, mach_msg_type_number_t argvlen,
	     const_data_t envp, mach_msg_type_number_t envplen,
	     const_portarray_t fds, mach_msg_type_number_t nfds,
	     const_portarray_t ports, mach_msg_type_number_t nports,
	     const_intarray_t ints, mach_msg_type_number_t nints,
	     const_mach_port_name_array_t dealloc,
	     mach_msg_type_number_t ndealloc,
	     const_mach_port_name_array_t destroy,
	     mach_msg_type_number_t ndestroy)
{
  return S_exec_exec_paths (execserver, file, oldtask, flags, "", "", argv,
			    argvlen, envp, envplen, fds, nfds, ports, nports,
			    ints, nints, dealloc, ndealloc, destroy, ndestroy);
}

/* What a boot loader would tell: there is none that needs us.  */
kern_return_t
S_exec_init (file_t execserver, auth_t auth, mach_port_t proc)
{
  return EPERM;
}

kern_return_t
S_exec_setexecdata (file_t execserver, const_portarray_t ports,
		    mach_msg_type_number_t nports, const_intarray_t ints,
		    mach_msg_type_number_t nints)
{
  return EPERM;
}

static error_t
stat_node (struct fs_node *node, io_statbuf_t *st)
{
  memset (st, 0, sizeof *st);
  st->st_fstype = FSTYPE_MISC;
  st->st_ino = node->ino;
  st->st_mode = S_IFCHR | 0644;
  st->st_nlink = 1;
  st->st_blksize = 4096;
  return 0;
}

static const struct fs_ops ops = { .stat = stat_node };

int
main (void)
{
  static const sv_demuxer demuxers[] = { demuxer, exec_demuxer, NULL };
  static struct fs_fs fs =
    {
      .name = "exec", .fstype = FSTYPE_MISC, .demuxers = demuxers
    };
  mach_port_t bootstrap;
  error_t err;

  task_get_bootstrap_port (mach_task_self (), &bootstrap);
  if (bootstrap == MACH_PORT_NULL)
    error (1, 0, "must be started as a translator");
  err = sv_bucket_create (&fs.bucket);
  if (!err)
    err = exec_init (fs.bucket);
  if (!err)
    err = fs_node_create (&fs, &ops, 1, &fs.root);
  if (!err)
    err = fs_serve (&fs, 2);
  if (!err)
    err = fs_startup (&fs, bootstrap, 0);
  if (err)
    error (1, err, "exec");
  boot_park ();
}
