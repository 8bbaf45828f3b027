/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process protocol: what a proc server does, as a library.

   A *table* holds the processes of one world (the ground, or an environment):
   ids, parents, groups, sessions, login collections, owners, message ports,
   stops, deaths and waiting for them.  Process ports are struct sv_ports of
   the table's bucket; the requests on them are known to proc_demuxer.

   A task becomes a process when somebody names it: by proc_new, by the
   kernel's notification of new tasks (proc_new_task), or by a client that
   holds the task's port (proc_task2pid, proc_task2proc, proc_child), as libc's
   fork does, if the hook `unknown_task' agrees.

   A process ends when its task does; it stays as a zombie until its parent has
   waited for it.  Its children go to the init process.  */

#ifndef PERDURE_LIBPROC_H
#define PERDURE_LIBPROC_H

#include <sys/utsname.h>
#include <node.h>
#include <participant.h>

struct proc_table;
struct proc;

/* What a world decides for itself.  All get CONTEXT; NULL means what is said
   behind it.  Called without locks.  */
struct proc_hooks
{
  void *context;
  /* The privileged ports for a caller with the user id 0; rights that are
     lent (the reply copies them).  NULL: EPERM.  */
  error_t (*privports) (void *context, mach_port_t *host_priv,
			mach_port_t *device_master);
  /* Find out the ids of the user at the other side of RENDEZVOUS (lent) and
     hand NEWPORT (a send right, to be moved on success) to him.  *IDS is one
     malloced block.  NULL: ask the auth server getauth ().  */
  error_t (*authenticate) (void *context, mach_port_t rendezvous,
			   mach_port_t newport, struct fs_ids **ids);
  /* Fill NAME with what uname shall tell.  NULL: GNU on this kernel.  */
  void (*uname) (void *context, struct utsname *name);
  /* A client names a TASK that is no process yet.  0 makes it one.  NULL: 0.  */
  error_t (*unknown_task) (void *context, task_t task);
  /* The process PID has ended with STATUS (as of wait).  NULL: nothing.  */
  void (*ended) (void *context, pid_t pid, int status);
  /* The program in TASK (lent) has told where its signals go: the C library has
     just been initialized, and waits for the answer.  NULL: nothing.  */
  void (*started) (void *context, task_t task);
};

/* Create an empty table in *TABLE, served in BUCKET.  HOOKS is copied.  */
error_t proc_table_create (struct sv_bucket *bucket,
			   const struct proc_hooks *hooks,
			   struct proc_table **table);

/* Knows the process protocol, exceptions of signal threads
   (proc_handle_exceptions) and notifications of new tasks.  */
extern boolean_t proc_demuxer (mach_msg_header_t *inp,
			       mach_msg_header_t *outp);

/* Make TASK (one reference is taken over on success) the process PID, or the
   next free pid if that is 0: with the user and group id 0, child of the init
   process (if there is one), in init's group, or else in a group, session and
   login collection of its own.  *PROC gets a reference (proc_unref).  EEXIST
   if the pid or the task is taken.  A null task can be attached later; a
   process without one cannot end.  */
error_t proc_new (struct proc_table *table, task_t task, pid_t pid,
		  struct proc **proc);
error_t proc_attach_task (struct proc *proc, task_t task);

/* Find a process with a new reference, or NULL; dead ones are found by pid
   only.  */
struct proc *proc_find_pid (struct proc_table *table, pid_t pid);
struct proc *proc_find_task (struct proc_table *table, task_t task);
void proc_unref (struct proc *proc);

/* A new send right for the process port, to be moved or deallocated.  */
mach_port_t proc_right (struct proc *proc);
pid_t proc_pid (struct proc *proc);

/* Say who PROC is allowed to be: the ids that a proc_reauthenticate would have
   told, and with them its owner (the first uid).  Copied.  */
error_t proc_set_ids (struct proc *proc, const struct fs_ids *ids);

/* What proc_child does: CHILD becomes PARENT's child, in its group, session
   and login collection and with its ids.  EBUSY if it has a parent.  */
error_t proc_set_parent (struct proc *child, struct proc *parent);

/* PROC is the one that orphans go to.  If it has no task, nobody waits for
   them, and they leave no zombies.  */
void proc_set_init (struct proc *proc);

/* Call FUNCTION for every living process, referenced, until nonzero.  */
error_t proc_for_each (struct proc_table *table,
		       error_t (*function) (struct proc *proc, task_t task,
					    pid_t pid, void *arg),
		       void *arg);

/* Wait (in any thread) until the process PID has ended; its status in *STATUS.
   REAP takes the zombie away.  ESRCH if there is none.  */
error_t proc_await (struct proc_table *table, pid_t pid, bool reap,
		    int *status);

/* Send SIGNO to PROC's message port, as from itself, without waiting; SIGKILL
   terminates the task.  */
error_t proc_signal (struct proc *proc, int signo, int sigcode);

/* The right to be registered with register_new_task_notification.  A new task becomes a process in the task
   name space of its parent, and its notification is handed on to the owner of
   that name space (proc_make_task_namespace).  */
error_t proc_new_task_port (struct proc_table *table, mach_port_t *notify);

/* A participant's three steps (see participant.h); CONTEXT is the table, which
   must be empty for a restore.  Requests that wait are not saved: a client that
   waits sends its request again.  */
error_t proc_table_save (void *table, struct ckpt_image *image,
			 struct ckpt_blob *state);
error_t proc_table_restore_objects (void *table, struct ckpt_image *image,
				    struct ckpt_reader *state);
error_t proc_table_restore_rights (void *table, struct ckpt_image *image,
				   struct ckpt_reader *state);

#endif /* PERDURE_LIBPROC_H */
