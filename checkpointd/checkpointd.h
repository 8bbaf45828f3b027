/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conductor of an environment: when to take checkpoints, writing them, and
   restoring at the start.  A library of /hurd/root-proxy.

   The order in main: make buckets, tables and participants (empty), call
   checkpointd_start, serve the bucket, call checkpointd_go.  */

#ifndef PERDURE_CHECKPOINTD_H
#define PERDURE_CHECKPOINTD_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <libserver/server.h>
#include <libckpt-hurd/ckpt-hurd.h>

struct proc_table;
struct fs_pager_ops;

/* Flags of ckpt_run.  */
#define CKPT_RUN_FRAMES	1	/* Output in frames.  */
#define CKPT_RUN_ONCE	2	/* Only if there is no job yet.  */
#define CKPT_RUN_JOB	4	/* It is the environment's job: its end is told by
				   an `exit' event, after a last checkpoint.  */

/* Flags of ckpt_return_to.  */
#define CKPT_RETURN_KEEP_FILES 1 /* The ground's files stay as they are.  */

#define CKPT_RUN_SESSION 8	/* Descriptor 0 is a new session, see root-proxy's
				   session.c.  */

/* What ckpt_query can tell.  */
enum ckpt_query_what
{
  CKPT_QUERY_LIST,		/* The checkpoints in the store.  */
  CKPT_QUERY_SHOW,		/* One of them (0: the last).  */
  CKPT_QUERY_STATUS,
  CKPT_QUERY_STATS,		/* What the last ones cost.  */
  CKPT_QUERY_DIFF,		/* What two of them differ in.  */
  CKPT_QUERY_BORDER,		/* Objects of the ground and their policies.  */
  CKPT_QUERY_TRACE,		/* What crossed the border after event NUMBER.  */
};

/* A program to be started inside.  Ports are lent.  */
struct checkpointd_run
{
  const char *argv, *envp;	/* Argz vectors.  */
  size_t argvlen, envplen;
  const char *cwd;
  bool frames, session;
  const mach_port_t *fds;
  size_t nfds;
};

struct checkpointd_config
{
  /* The environment's bucket, whose gate is closed in the stop.  */
  struct sv_bucket *bucket;
  struct proc_table *procs;	/* Its processes.  */
  struct ckpt_participant *const *participants;
  size_t nparticipants;

  const char *store;		/* File or device; NULL: none, take nothing.  */
  bool format;			/* Make a store of it if it is blank.  */
  double interval;		/* Seconds; 0: only on demand.  */
  unsigned int keep;		/* How many checkpoints; 0: all.  */
  bool check_pages;		/* Compare what is taken for unchanged.  */
  bool overlap;			/* Begin one while another is being written.  */
  bool no_order;		/* Do not read first what the last run did.  */
  bool whole_lock;		/* Let the journal wait for checkpoints.  */
  bool verify_full;		/* Read and verify all before anything runs.  */
  int flags;			/* CKPT_ABORT_THREADS, and so on.  */
  bool no_restore;

  void *context;		/* Of these:  */
  /* Start a program as a child of the environment's init.  */
  error_t (*run) (void *context, const struct checkpointd_run *run,
		  pid_t *pid);
  /* Does somebody start this program again when it has ended?  */
  bool (*can_return) (void *context);
  /* The id of the file that USER and OPS were given to fs_pager_create for, which
     stays the same over restores; ESRCH if it has none.  *VERSION counts the
     changes of its contents.  */
  error_t (*file_id) (void *context, const struct fs_pager_ops *ops,
		      void *user, uint64_t *id, uint64_t *version);
  /* How often the contents of the file ID have changed by now.  */
  error_t (*file_version) (void *context, uint64_t id, uint64_t *version);
  /* The memory object of file ID.  */
  error_t (*file_map) (void *context, uint64_t id, int prot,
		       mach_port_t *right);
  /* Print what is asked for (CKPT_QUERY_BORDER, _TRACE), or what belongs into the status
     (CKPT_QUERY_STATUS): lines, or members of a JSON object with a comma in
     front.  */
  error_t (*describe) (void *context, int what, uint64_t number, bool json,
		       FILE *f);
  /* The environment is about to go back to checkpoint NUMBER, whose contents will be
     those of checkpoint NEXT, too, which is restored then.  An error keeps it from
     doing so; *WHY (malloced, or NULL) tells people the reason.  */
  error_t (*travel) (void *context, uint64_t number, uint64_t next,
		     bool keep_files, char **why);
  /* Tell the world: "start", "restored 3", "ckpt 4", "exit 0", "error …".  */
  void (*event) (void *context, const char *text);
};

/* Open the store and restore the newest checkpoint that verifies; the gate of the
   bucket stays closed then.  CONFIG is copied.  On failure *WHY (malloced) says what
   is wrong, for people.  */
error_t checkpointd_start (const struct checkpointd_config *config,
			   char **why);

/* The bucket is being served: open the gate, and take checkpoints from now on.  */
error_t checkpointd_go (void);

/* Which checkpoint was restored at the start; 0: none.  */
uint64_t checkpointd_restored (void);

/* The one that is being restored just now; 0: none.  */
uint64_t checkpointd_restoring (void);

/* The least number of a checkpoint greater than AFTER.  ENOENT: none.  */
error_t checkpointd_next (uint64_t after, uint64_t *number);

/* Objects of checkpoint NUMBER.  */
struct checkpointd_object
{
  uint64_t id, length;
  uint8_t head[16];		/* The first bytes.  */
};

/* List the objects of checkpoint NUMBER with ids greater than AFTER and less than BEFORE,
   in their order: *LIST is malloced.  */
error_t checkpointd_objects (uint64_t number, uint64_t after, uint64_t before,
			     struct checkpointd_object **list, size_t *n);

/* The greatest id of an object of checkpoint NUMBER greater than AFTER and less than
   BEFORE, however many there are.  ENOENT: none.  */
error_t checkpointd_last_object (uint64_t number, uint64_t after,
				 uint64_t before, uint64_t *id);

/* Read the object ID of checkpoint NUMBER: *DATA is malloced.  */
error_t checkpointd_object (uint64_t number, uint64_t id, void **data,
			    size_t *len);

/* How many bytes the store has room for in all, and still.  */
void checkpointd_room (uint64_t *all, uint64_t *left);

/* The options that are meant for us, for root-proxy's argp and fsysopts:
   --interval=SECONDS, --keep=N, --control=abort-threads|no-fpu|no-queues|no-restore.
   True if ARG (without the dashes) was one and has been put into CONFIG.  EINVAL
   in *ERR if its value is wrong.  */
bool checkpointd_option (struct checkpointd_config *config, const char *arg,
			 error_t *err);

/* Take a checkpoint and wait for it: before a shutdown, and for fsync.  */
error_t checkpointd_save (const char *label, uint64_t *number);

/* The process PID has ended; for the hook of that name in proc_hooks.  Must be
   called from a handler of the bucket, so that no checkpoint comes between the
   end and this.  */
void checkpointd_process_ended (void *context, pid_t pid, int status);

/* The program in TASK has begun; for the hook `started'.  */
void checkpointd_process_started (void *context, task_t task);

/* Change the interval on the fly.  */
void checkpointd_set_interval (double seconds);
double checkpointd_interval (void);

/* Likewise, how many to keep.  */
error_t checkpointd_set_keep (unsigned int keep);
unsigned int checkpointd_keep (void);
/* From the next checkpoint on: compare what is taken for unchanged with the one
   before.  */
void checkpointd_set_check_pages (bool on);
bool checkpointd_check_pages (void);

/* Take no more checkpoints: the process is about to end.  */
void checkpointd_stop (void);

/* The store's journal (see store.h), which is empty without a store.  An append is
   durable when it returns 0; ENOSPC: there is no room before a checkpoint.  */
error_t checkpointd_journal_append (uint32_t type, const void *data,
				    size_t len, uint64_t *seq);
error_t checkpointd_journal_next (uint64_t after, uint64_t *seq,
				  uint32_t *type, void **data, size_t *len);
error_t checkpointd_journal_applied (uint64_t seq);
/* It is damaged (EILSEQ of checkpointd_journal_next): begin it anew.  *WHY (malloced, or NULL)
   says what is wrong with it.  */
error_t checkpointd_journal_renew (char **why);

/* For who applies a redo, before each record: an error that was asked for with
   --fault=redo, or 0.  */
error_t checkpointd_fault_redo (void);
/* For who serves requests, at moments that are worth it, likewise --fault=request.  */
error_t checkpointd_fault_request (void);

/* Write TEXT to F as a JSON string; for `describe', too.  */
void checkpointd_put_json (FILE *f, const char *text);

/* 0 if ROOT is a file of ours that a superuser opened, else what to answer.  */
error_t checkpointd_check_caller (mach_port_t root);

/* Knows the requests of ckpt.defs; for fs_fs.demuxers.  */
extern boolean_t checkpointd_demuxer (mach_msg_header_t *inp,
				      mach_msg_header_t *outp);

#endif /* PERDURE_CHECKPOINTD_H */
