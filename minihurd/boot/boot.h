/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the system starts, from the first task on.

   The kernel starts one task: the root file system's server.  It calls
   boot_start, which runs /hurd/startup with a bootstrap port on which startup
   gets the privileged ports (fsys_getpriv) and, once the auth and proc servers
   run, gives them to the file system (fsys_init).  The three servers that
   startup starts before there are any processes, and the file system, become
   processes by boot_join.  */

#ifndef PERDURE_BOOT_H
#define PERDURE_BOOT_H

#include <node.h>

/* Start the system from FS, whose root is served already, and wait until this
   task is a process like others; only then may the calling thread end.
   CMDLINE becomes KERNEL_CMDLINE in startup's environment.  */
error_t boot_start (struct fs_fs *fs, mach_port_t host_priv,
		    mach_port_t device_master, const char *cmdline);

/* Tell this program's libc its process port and its auth handle (both are
   taken over), and let it have signals.  It must have initial ports already.  */
error_t boot_join (mach_port_t proc, mach_port_t auth);

/* Never return: for a main whose threads do the work.  */
void boot_park (void) __attribute__ ((noreturn));

#endif /* PERDURE_BOOT_H */
