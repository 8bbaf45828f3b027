/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turning a file into the image of a task: what an exec server does, as a
   library.

   exec_file replaces TASK's threads, memory and (as asked) port rights by those
   of the new program.  The new program's first thread asks its bootstrap port
   with exec_startup_get_info for its arguments, descriptors and initial ports;
   until it has asked, its *startup* is pending in this process.

   Where startups are served: a process that calls exec_init has them in a
   bucket of its choice, and lists exec_demuxer among the demuxers it gives to
   sv_serve (or to fs_fs.demuxers).  A process that does not gets a bucket of
   their own at the first exec_file.

   Which file: one opened for reading; io_map gives the image's pages
   copy-on-write, and io_read is used where io_map is refused.  Understood are
   ELF programs for this machine, fixed (ET_EXEC) or movable (ET_DYN), with or
   without an interpreter, and `#!' scripts.  Names are looked up from the
   INIT_PORT_CRDIR and INIT_PORT_CWDIR of the arguments.  */

#ifndef PERDURE_EXEC_H
#define PERDURE_EXEC_H

#include <node.h>
#include <participant.h>

/* Have startups in BUCKET; before the first exec_file.  */
error_t exec_init (struct sv_bucket *bucket);

/* Knows exec_startup_get_info.  */
extern boolean_t exec_demuxer (mach_msg_header_t *inp,
			       mach_msg_header_t *outp);

/* Programs that are just being put together.  A task in this state cannot be
   restored from an image, so a checkpoint waits until there is none.  */
unsigned int exec_pending (void);

/* Startups not asked for yet take part in checkpoints.  Its context is not
   used.  */
extern struct ckpt_participant exec_participant;

/* Run FILE in ARGS->task, or with EXEC_NEWTASK or EXEC_SECURE in a new task
   that takes its place as a process (proc_reauthenticate_reassign on the
   INIT_PORT_PROC, with the INIT_PORT_AUTH of the arguments).  The names in
   dealloc (once per mention) and destroy are released in a task that is kept.
   EXEC_SECURE means that nothing of the caller's is to be trusted: a script is
   opened by descriptor, not by name.  EXEC_DEFAULTS lends null ports of the
   arguments the ones of this process.

   On success one reference of the task and of each right in fds and ports has
   been consumed, as a server's routine does; on failure none.  FILE is only
   lent.  Once the old image is gone a failure kills the task, and is reported
   all the same.  */
error_t exec_file (mach_port_t file, const struct fs_exec_args *args);

/* Rights to give to a program that is started by a server; null ones are
   replaced by the server's own.  All are lent.  */
struct exec_env
{
  mach_port_t auth, crdir, cwdir;
  mach_port_t bootstrap;	/* What the program has as its bootstrap port.  */
  mach_port_t fds[3];		/* Descriptors; may be null.  */
};

/* Run FILE (lent) with the arguments ARGV (an argz) and the environment ENVP
   in a new task, a child process of ours if we have a process server: how
   translators and the first programs are started.  *TASK, if TASK is not NULL,
   is the new task, for the caller to deallocate.  */
error_t exec_start (mach_port_t file, const char *argv, size_t argvlen,
		    const char *envp, size_t envplen,
		    const struct exec_env *env, task_t *task);

/* Open NAME as the holder of the rights CRDIR, CWDIR and AUTH would (AUTH may
   be null: then reauthentication is refused).  */
error_t exec_lookup (const char *name, int flags, mach_port_t crdir,
		     mach_port_t cwdir, mach_port_t auth, mach_port_t *file);

#endif /* PERDURE_EXEC_H */
