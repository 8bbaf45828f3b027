/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running a program file.  */

#include <stdlib.h>
#include <string.h>
#include <hurd.h>
#include <signal.h>
#include <hurd/auth.h>
#include <hurd/process.h>
#include <mach/task_special_ports.h>
#include "libexec/internal.h"

/* Where movable programs and interpreters go when they may choose.  */
#define PROGRAM_HINT 0x08000000
#define INTERP_HINT 0x00001000

/* Scripts whose interpreters are scripts: how deep.  */
#define MAX_SCRIPTS 4

/* Tell the process server what PROC runs now.  That it is told is of use to
   others only: nothing here depends on it.  */
static void
tell_proc (mach_port_t proc, const struct fs_exec_args *args,
	   const struct exec_image *image)
{
  const struct exec_elf *elf = &image->elf;
  const char *path = args->abspath && args->abspath[0] ? args->abspath
		     : args->path;
  unsigned int i;

  if (!MACH_PORT_VALID (proc))
    return;
  proc_mark_exec (proc);
  if (path && path[0])
    proc_set_exe (proc, (char *) path);
  proc_set_entry (proc, elf->entry + image->base);
  for (i = 0; i < elf->nsegments; i++)
    if (elf->segments[i].prot & EXEC_X)
      {
	const struct exec_segment *s = &elf->segments[i];
	proc_set_code (proc, s->vaddr + image->base,
		       s->vaddr + s->memsz + image->base);
	break;
      }
}

/* Let NEWTASK be the process that the task of ARGS was, with the ids that the
   arguments' auth port stands for.  *PROC is its new process port.  */
static error_t
take_over (const struct fs_exec_args *args, task_t newtask, mach_port_t *proc)
{
  mach_port_t old = args->ports[INIT_PORT_PROC], rendezvous;
  mach_port_t auth = args->nports > INIT_PORT_AUTH
		     ? args->ports[INIT_PORT_AUTH] : MACH_PORT_NULL;
  error_t err;

  if (!MACH_PORT_VALID (auth))
    {
      *proc = MACH_PORT_NULL;
      sv_right_ref (newtask);
      err = proc_reassign (old, newtask);
      if (err)
	mach_port_deallocate (mach_task_self (), newtask);
      return err;
    }
  rendezvous = mach_reply_port ();
  err = proc_reauthenticate_reassign (old, rendezvous,
				      MACH_MSG_TYPE_MAKE_SEND, newtask);
  if (!err)
    err = auth_user_authenticate (auth, rendezvous, MACH_MSG_TYPE_MAKE_SEND,
				  proc);
  exec_drop_rendezvous (rendezvous);
  if (!err && MACH_PORT_VALID (*proc))
    {
      /* Neither of the two has an answer: ask something, so that the old task
	 does not end while it still is the process'.  */
      pid_t pid, ppid;
      int orphaned;
      proc_reauthenticate_complete (*proc);
      err = proc_getpids (*proc, &pid, &ppid, &orphaned);
      if (err)
	mach_port_deallocate (mach_task_self (), *proc);
    }
  return err;
}

/* Fill what only the loaded images tell.  */
static void
set_addresses (struct exec_startup *startup, const struct exec_image *image)
{
  startup->user_entry = image->elf.entry + image->base;
  startup->phdr = image->elf.phdr ? image->elf.phdr + image->base : 0;
  startup->phdr_size = image->elf.phdr_size;
}

/* Load IMAGE and INTERP into the empty TASK and make its first thread, not yet
   running.  */
static error_t
load (task_t task, struct exec_image *image, struct exec_image *interp,
      struct exec_startup *startup, thread_t *thread)
{
  vm_address_t guard = 0;
  mach_port_t right;
  error_t err;

  /* Nothing shall be put at address 0.  */
  err = vm_allocate (task, &guard, EXEC_PAGE, FALSE);
  if (!err)
    err = exec_image_load (image, task, PROGRAM_HINT);
  if (!err && interp->elf.nsegments)
    err = exec_image_load (interp, task, INTERP_HINT);
  if (!err)
    err = exec_task_thread (task,
			    interp->elf.nsegments
			    ? interp->elf.entry + interp->base
			    : image->elf.entry + image->base,
			    startup, thread);
  vm_deallocate (task, 0, EXEC_PAGE);
  if (err)
    return err;
  set_addresses (startup, image);
  right = sv_port_get_right (startup);
  err = task_set_special_port (task, TASK_BOOTSTRAP_PORT, right);
  mach_port_deallocate (mach_task_self (), right);
  if (err)
    {
      thread_terminate (*thread);
      mach_port_deallocate (mach_task_self (), *thread);
    }
  return err;
}

/* The program is IMAGE with INTERP: run it in TASK, which is that of ARGS or a
   new one.  From here on a failure is the end of the task.  */
static error_t
replace (task_t task, const struct fs_exec_args *args,
	 struct exec_image *image, struct exec_image *interp,
	 struct exec_startup *startup)
{
  bool new = task != args->task;
  bool stops = ((args->flags & (EXEC_SIGTRAP | EXEC_SECURE)) == EXEC_SIGTRAP
		&& args->nports > INIT_PORT_PROC);
  mach_port_t proc = MACH_PORT_NULL;
  thread_t thread;
  error_t err = 0;

  if (!new)
    err = exec_task_clear (task, args);
  if (!err)
    err = load (task, image, interp, startup, &thread);
  if (!err && new && args->nports > INIT_PORT_PROC
      && MACH_PORT_VALID (args->ports[INIT_PORT_PROC]))
    {
      err = take_over (args, task, &proc);
      if (err)
	mach_port_deallocate (mach_task_self (), thread);
    }
  if (err)
    {
      task_terminate (task);
      return err;
    }

  exec_startup_rights (startup, args);
  if (MACH_PORT_VALID (proc))
    {
      mach_port_deallocate (mach_task_self (),
			    startup->ports[INIT_PORT_PROC]);
      startup->ports[INIT_PORT_PROC] = proc;
    }
  startup->task = task;
  sv_right_ref (task);
  if (args->nports > INIT_PORT_PROC)
    tell_proc (startup->ports[INIT_PORT_PROC], args, image);
  if (new)
    task_terminate (args->task);
  exec_startup_ready (startup);
  /* Who traces the program is told that it stopped, and lets it begin.  */
  if (!stops || proc_mark_stop (startup->ports[INIT_PORT_PROC], SIGTRAP, 0))
    thread_resume (thread);
  mach_port_deallocate (mach_task_self (), thread);
  return 0;
}

/* Run the ELF program FILE that starts with the LEN bytes at HEAD.  */
static error_t
exec_elf (mach_port_t file, const char *head, size_t len,
	  const struct fs_exec_args *args)
{
  struct exec_image image, interp = { 0 };
  struct exec_startup *startup = NULL;
  task_t task = args->task;
  bool new = (args->flags & (EXEC_NEWTASK | EXEC_SECURE)) != 0;
  error_t err;

  err = exec_image_open (file, head, len, &image);
  if (err)
    return err;
  err = exec_image_interp (&image, args, &interp);
  if (!err)
    err = exec_startup_create (args, &startup);
  if (!err && new)
    {
      err = task_create (args->task, FALSE, &task);
      if (err)
	new = false;
    }
  if (!err)
    err = replace (task, args, &image, &interp, startup);
  if (new)
    mach_port_deallocate (mach_task_self (), task);
  if (!err)
    mach_port_deallocate (mach_task_self (), args->task);
  sv_unref (startup);
  exec_image_close (&interp);
  exec_image_close (&image);
  return err;
}

/* Run FILE; NSCRIPTS scripts have led here.  */
static error_t
exec_any (mach_port_t file, const struct fs_exec_args *args, int nscripts)
{
  char head[EXEC_PAGE];
  size_t len = sizeof head;
  struct exec_script script;
  mach_port_t interp;
  error_t err;

  err = exec_read (file, 0, head, &len);
  if (err)
    return err;
  if (len < 2 || head[0] != '#' || head[1] != '!')
    return exec_elf (file, head, len, args);
  if (nscripts == MAX_SCRIPTS)
    return ELOOP;
  err = exec_script (file, head, len, args, &script, &interp);
  if (err)
    return err;
  err = exec_any (interp, &script.args, nscripts + 1);
  if (!err)
    script.opened = MACH_PORT_NULL; /* It went along with the others.  */
  mach_port_deallocate (mach_task_self (), interp);
  exec_script_free (&script);
  return err;
}

error_t
exec_file (mach_port_t file, const struct fs_exec_args *args)
{
  struct fs_exec_args full = *args;
  mach_port_t ports[INIT_PORT_MAX] = { 0 };
  size_t i;
  error_t err;

  if (args->nports > 512 || args->nints > 512)
    return E2BIG;
  if (!(args->flags & EXEC_DEFAULTS) || _hurd_ports == NULL)
    return exec_any (file, args, 0);

  if (args->nports)
    memcpy (ports, args->ports,
	    (args->nports < INIT_PORT_MAX ? args->nports : INIT_PORT_MAX)
	    * sizeof *ports);
  full.ports = ports;
  full.nports = INIT_PORT_MAX;
  if (ports[INIT_PORT_CWDIR] == MACH_PORT_NULL)
    ports[INIT_PORT_CWDIR] = getcwdir ();
  if (ports[INIT_PORT_CRDIR] == MACH_PORT_NULL)
    ports[INIT_PORT_CRDIR] = getcrdir ();
  if (ports[INIT_PORT_AUTH] == MACH_PORT_NULL)
    ports[INIT_PORT_AUTH] = getauth ();
  err = exec_any (file, &full, 0);
  for (i = 0; err && i < INIT_PORT_MAX; i++)
    if (MACH_PORT_VALID (ports[i])
	&& (i >= args->nports || args->ports[i] == MACH_PORT_NULL))
      mach_port_deallocate (mach_task_self (), ports[i]);
  return err;
}
