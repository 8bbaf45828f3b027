/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of libexec.  */

#ifndef PERDURE_EXEC_INTERNAL_H
#define PERDURE_EXEC_INTERNAL_H

#include "libexec/exec.h"
#include "libexec/program.h"

/* The stack of a program's first thread.  */
#define EXEC_STACK_SIZE (8 * 1024 * 1024)

/* A file that is (part of) a program, looked at but not loaded yet.  */
struct exec_image
{
  mach_port_t file;		/* Lent, or owned if OWN.  */
  bool own;
  mach_port_t object;		/* Its memory object, or null.  */
  struct exec_elf elf;
  uint32_t base;		/* Added to all addresses, once placed.  */
};

/* What exec_startup_get_info answers.  */
struct exec_startup
{
  struct sv_port port;
  task_t task;			/* A right of our own, or null when asked.  */
  bool ready;			/* The program runs; all below is set.  */
  vm_address_t user_entry, phdr, stack_base;
  vm_size_t phdr_size, stack_size;
  int flags;
  char *argv, *envp;
  size_t argvlen, envplen;
  mach_port_t *fds, *ports;	/* Rights of our own.  */
  size_t nfds, nports;
  int *ints;
  size_t nints;
};

extern const struct sv_class exec_startup_class;

/* Create a startup with copies of what ARGS has (but not the rights: those are
   put in by exec_startup_rights, which takes the references of ARGS over).  */
error_t exec_startup_create (const struct fs_exec_args *args,
			     struct exec_startup **startup);
void exec_startup_rights (struct exec_startup *startup,
			  const struct fs_exec_args *args);
/* The program runs: STARTUP can be saved.  */
void exec_startup_ready (struct exec_startup *startup);
/* Where startups are, or NULL before the first one.  */
struct sv_bucket *exec_startup_bucket (void);

/* Give up the receive right RENDEZVOUS, and nothing else under that name: if this
   process serves proc, auth or files itself, another thread has send rights of that
   name still to release, and the name would mean something new by then.  */
void exec_drop_rendezvous (mach_port_t rendezvous);

/* Read up to LEN bytes of FILE at OFFSET into DATA; *LEN is how many it were,
   less only at the end of the file.  */
error_t exec_read (mach_port_t file, loff_t offset, void *data, size_t *len);

/* Look at FILE, whose first LEN bytes are at HEAD.  Releases nothing on
   failure.  */
error_t exec_image_open (mach_port_t file, const void *head, size_t len,
			 struct exec_image *image);
/* Look at the interpreter that IMAGE names, if any; *INTERP is zeroed
   otherwise.  */
error_t exec_image_interp (const struct exec_image *image,
			   const struct fs_exec_args *args,
			   struct exec_image *interp);
void exec_image_close (struct exec_image *image);

/* Find a place for IMAGE in TASK, at HINT if it can move and that is free, and
   map it there.  */
error_t exec_image_load (struct exec_image *image, task_t task, uint32_t hint);

/* Make ARGS what the interpreter of the script with first line HEAD is to be
   called with; *FILE is the interpreter, opened.  What is allocated for it is
   in *SCRIPT, to be freed by exec_script_free.  */
struct exec_script
{
  struct fs_exec_args args;
  char *argv;
  mach_port_t *fds;
  mach_port_t opened;		/* The script, in fds as well; or null.  */
};
error_t exec_script (mach_port_t script_file, const char *head, size_t len,
		     const struct fs_exec_args *args,
		     struct exec_script *script, mach_port_t *file);
void exec_script_free (struct exec_script *script);

/* Empty TASK: no thread, no memory, without the names that ARGS lists.  */
error_t exec_task_clear (task_t task, const struct fs_exec_args *args);

/* Make the first thread of TASK with its stack, about to run at PC.  */
error_t exec_task_thread (task_t task, vm_address_t pc,
			  struct exec_startup *startup, thread_t *thread);

#endif /* PERDURE_EXEC_INTERNAL_H */
