/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of libproc.

   One lock per table protects everything of it, reference counts included.
   Requests of the kernel that cannot block are made with it held; the library
   of ports' sv_port_destroy and sv_unref of a handle are not.  */

#ifndef PERDURE_PROC_INTERNAL_H
#define PERDURE_PROC_INTERNAL_H

#include <sys/wait.h>
#include "libproc/libproc.h"
#include "process_S.h"

enum { PROC_HASH = 256, PROC_MAX_PID = 99999, PROC_STATE_MAX = 64 };

/* A process port.  A process has one, and another one while it is being
   reauthenticated.  */
struct proc_handle
{
  struct sv_port port;
  struct proc *proc;		/* Referenced.  */
  bool ready;			/* We know what it stands for.  */
};

/* Where exceptions of a signal thread go.  */
struct proc_exc
{
  struct sv_port port;
  struct proc *proc;		/* Referenced.  */
  mach_port_t forward;
  int flavor;
  mach_msg_type_number_t count;
  natural_t state[PROC_STATE_MAX];
  ckpt_port_t saved_forward;
};

/* The port that names a session.  */
struct proc_sidport
{
  struct sv_port port;
};

struct session
{
  struct session *next;
  pid_t sid;
  unsigned int ngroups;
  struct proc_sidport *port;	/* Made when asked for.  */
};

struct pgrp
{
  struct pgrp *next;
  pid_t pgid;
  struct session *session;
  struct proc *members;
  bool orphaned;
};

struct login
{
  unsigned int refs;
  char name[];
};

struct proc
{
  unsigned int refs;
  struct proc_table *table;
  struct proc *pid_next, *task_next; /* Hash chains.  */
  struct proc *all_next, **all_prevp;
  pid_t pid;
  task_t task;			/* Null when dead.  */
  struct proc_handle *handle;	/* Referenced; null when dead.  */

  struct proc *parent;		/* Null only for those without any.  */
  struct proc *children, *sib_next, **sib_prevp;
  struct pgrp *pgrp;		/* Null when reaped.  */
  struct proc *grp_next, **grp_prevp;
  struct login *login;

  struct fs_ids *ids;		/* One block.  */
  uid_t owner;
  mach_port_t msgport;
  mach_port_t namespace;	/* Whom to tell of new tasks, or null.  */
  pid_t namespace_pid;		/* Who has asked for that.  */

  bool parentset, owned, deadmsg, exiting, dead, reaped;
  bool stopped, continued, reported, execed, traced;
  bool nostopchild, loginleader, important, waiting;
  int status, sigcode;
  vm_address_t argv, envp, start_code, end_code, entry;
  char *exe;
  struct rusage usage, child_usage;
  pthread_cond_t changed;	/* A child, or the message port, changed.  */

  ckpt_port_t saved_task, saved_msgport, saved_namespace;
};

struct proc_table
{
  pthread_mutex_t lock;
  struct sv_bucket *bucket;
  struct proc_hooks hooks;
  struct proc *all;
  struct proc *by_pid[PROC_HASH], *by_task[PROC_HASH];
  struct pgrp *pgrps;
  struct session *sessions;
  struct proc *init;
  pid_t last_pid;
  pthread_cond_t ended;		/* A process has ended.  */
  struct sv_port *new_task_port;

  /* proc_setexecdata.  */
  mach_port_t *std_ports;
  size_t nstd_ports;
  int *std_ints;
  size_t nstd_ints;
  mach_port_t *exec_watchers;
  size_t nexec_watchers;
  /* proc_register_version.  */
  char *versions;
};

extern const struct sv_class proc_handle_class, proc_exc_class;
extern const struct sv_class proc_sidport_class, proc_new_task_class;

/* Start a request on the process port PORT: its handle, referenced, and its
   table locked; NULL if it is none.  The handle's process may be dead.
   proc_leave ends it and returns ERR.  */
struct proc_handle *proc_enter (mach_port_t port);
error_t proc_leave (struct proc_handle *handle, error_t err);

/* All below are called with the table locked.  */

/* Find; without a new reference.  */
struct proc *proc_by_pid (struct proc_table *t, pid_t pid);
struct proc *proc_by_task (struct proc_table *t, task_t task);

/* The process that TASK is, made if it is none yet (with the lock released
   meanwhile); consumes nothing.  */
error_t proc_resolve (struct proc_table *t, task_t task, struct proc **proc);

/* Make the process of TASK (taken over on success), with one reference for the
   table.  HANDLE_ID is its port's, or 0.  */
error_t proc_make (struct proc_table *t, task_t task, pid_t pid,
		   uint64_t handle_id, struct proc **proc);
/* Undo that, or reap: it is found no more.  */
void proc_remove (struct proc *p);
void proc_drop (struct proc *p); /* A reference.  */

/* Have the death of P's task or message port noticed.  */
error_t proc_watch_task (struct proc *p);
void proc_set_msgport (struct proc *p, mach_port_t msgport);

/* P, which has no task, gets TASK (taken over on success).  */
error_t proc_set_task (struct proc *p, task_t task);

/* P gets TASK (taken over) for its own, which it has instead.  *OLD is to be
   destroyed by the caller with the lock released: the port of the process that
   TASK was, or NULL.  */
error_t proc_exchange_task (struct proc *p, task_t task,
			    struct proc_handle **old);

/* What a process is allowed.  */
bool proc_has_uid (const struct proc *p, uid_t uid);
bool proc_controls (const struct proc *p, const struct proc *target);
error_t proc_copy_ids (struct proc *p, const struct fs_ids *ids);

/* Groups and sessions.  */
struct pgrp *pgrp_find (struct proc_table *t, pid_t pgid);
struct session *session_find (struct proc_table *t, pid_t sid);
error_t pgrp_make (struct proc_table *t, pid_t pgid, struct session *session,
		   struct pgrp **pgrp);
error_t session_make (struct proc_table *t, pid_t sid,
		      struct session **session);
void pgrp_leave (struct proc *p);
void pgrp_join (struct proc *p, struct pgrp *pgrp);
/* See which groups have become orphans, and tell them; SILENT: only see.  */
void pgrp_check_orphans (struct proc_table *t, bool silent);

/* Family.  */
void proc_unlink_parent (struct proc *p);
void proc_link_parent (struct proc *p, struct proc *parent);
void proc_orphan_children (struct proc *p);
error_t proc_adopt (struct proc *child, struct proc *parent);

/* Wake what waits for P to change (its parent); POST says whether to send the
   parent SIGCHLD with CODE.  */
void proc_tell_parent (struct proc *p, bool post, int code);

/* Messages to P's libc; none waits for an answer.  */
void proc_post (struct proc *p, int signo, int sigcode);
void proc_post_newids (struct proc *p);

/* Tell the owner of P's name space of P, whose maker is PARENT.  */
void proc_tell_owner (struct proc *p, task_t parent);

/* Ask what TASK has used.  */
void proc_task_usage (task_t task, struct rusage *usage);
void proc_add_usage (struct rusage *sum, const struct rusage *usage);

/* A reply's array of COUNT units of SIZE bytes, copied from DATA into *OUT,
   which has room for *HAVE.  */
error_t proc_reply (const void *data, size_t count, size_t size, void *out,
		    mach_msg_type_number_t *have);

/* Collect pids and reply with them.  */
struct pid_list
{
  pid_t *pids;
  size_t n, room;
  error_t error;
};
void pid_list_add (struct pid_list *list, pid_t pid);
error_t pid_list_reply (struct pid_list *list, pidarray_t *out,
			mach_msg_type_number_t *count);

/* What cannot be done under the lock, on leaving.  */
void proc_handle_end (struct proc_handle *handle);

#endif /* PERDURE_PROC_INTERNAL_H */
