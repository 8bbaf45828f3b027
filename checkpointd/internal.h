/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of the conductor.  There is one per process.  */

#ifndef PERDURE_CHECKPOINTD_INTERNAL_H
#define PERDURE_CHECKPOINTD_INTERNAL_H

#include <pthread.h>
#include <stdio.h>
#include <stable-store/store.h>
#include "checkpointd/checkpointd.h"

enum job_state { JOB_NONE, JOB_RUNNING, JOB_ENDED };

/* How many processes that have ended are remembered.  */
#define ENDED_MAX	256

/* A checkpoint, from when it begins to when it is durable.  */
struct attempt
{
  struct ckpt_image *image;	/* NULL: not captured yet.  */
  struct ckpt_report report;
  struct ckpt_stats stats;
  uint64_t prepare;		/* Cycles before the stop.  */
  unsigned int requested;	/* It serves so many requests.  */
  bool ahead;			/* It began while another one was written.  */
  char label[STORE_LABEL_MAX + 1];
};

struct conductor
{
  struct checkpointd_config config;
  struct ckpt_env *env;
  struct ckpt_hooks hooks;
  struct ckpt_participant **participants; /* Ours, then CONFIG's.  */
  size_t nparticipants;

  /* The store, and what is read from it: see lock.c.  */
  struct store *store;
  struct store_io device;	/* Its own, without the cache: for reading only.  */

  pthread_mutex_t lock;		/* For the rest.  */
  pthread_cond_t changed;
  bool starting;		/* The gate stays closed, */
  bool closed;			/* once it has been.  */
  bool running;			/* The threads are to take checkpoints; …  */
  unsigned int threads;		/* … so many there are.  */
  struct timespec due;		/* When the next is.  */
  struct attempt *current;	/* The one being written, or NULL.  */
  bool may_begin;		/* The next may, meanwhile; …  */
  bool capturing;		/* … it does; …  */
  struct attempt *next;		/* … and has, or NULL (ahead.c).  */
  unsigned int requested;	/* Asked for so far …  */
  unsigned int served;		/* … and of these, done.  */
  char label[STORE_LABEL_MAX + 1]; /* For the next.  */
  error_t last_error;		/* Of the last attempt …  */
  uint64_t last_number;		/* … or what it made.  */
  char *last_text;		/* What is wrong, or NULL.  */
  bool dirty;			/* Something may have run since the last.  */
  bool empty;			/* No task at the last.  */

  enum job_state job;
  pid_t job_pid;
  int job_status;
  struct { pid_t pid; int status; } ended[ENDED_MAX]; /* A ring.  */
  unsigned int nended;
  bool exit_told;		/* The job's end has been told and is durable. */

  uint64_t restoring;		/* At the start, or 0; and that, open.  */
  struct store_ckpt *restoring_ckpt;
  uint64_t restored;		/* From which checkpoint, or 0.  */
  unsigned int restores;	/* How often, in all the history.  */
  unsigned int preparations;	/* Told to programs so far.  */
  unsigned int prepared;	/* So many are, for the last of them …  */
  unsigned int awaiting;	/* … and wait for the next.  */
  unsigned int taken, failed;
  unsigned int ahead_taken;	/* Of those, that began early.  */
  struct ckpt_stats stats, restore_stats;
  uint64_t begun, ran;		/* Cycles when a restore began, store and all, and
				   when programs ran again.  */
  uint64_t stop_max, stop_sum;
  double stretched;		/* Seconds, if the last took longer than the
				   interval; else 0.  */
  uint64_t checked, missed;	/* Pages, so far.  */
  struct timespec start_time;	/* When START_CYCLES was read.  */
  uint64_t start_cycles;
};

extern struct conductor conductor;

/* Have the store for oneself; taken before `lock' (lock.c).  */
void conductor_lock_store (void);
void conductor_unlock_store (void);
/* For one call that may come in the middle of somebody's transaction, as those that
   append to the journal may.  */
void conductor_lock_journal (void);
void conductor_unlock_journal (void);
/* In a transaction, between two calls: let those through (the hook breathe).  */
void conductor_breathe (void *context);

/* The calling thread, which takes checkpoints, does not wait behind all programs any more
   (priority.c).  */
void conductor_hurry (int before);
/* It begins to work; has it worked so long that others should?  Let them.  */
void conductor_begin_work (void);
bool conductor_is_tired (void);
void conductor_rest (void);

/* This thread has the store for itself, and calls participants, as it does during a
   restore and while a checkpoint is written.  */
extern __thread bool conductor_has_store;
/* Have the store for oneself if that is not so.  */
void conductor_enter_store (void);
void conductor_leave_store (void);

/* Read and verify the objects FIRST to LAST of CKPT; tell REPORT what is damaged.  */
error_t conductor_verify (struct store_ckpt *ckpt, uint64_t first, uint64_t last,
			  struct ckpt_report *report);

/* The hook memory_create.  */
error_t conductor_memory (void *context, vm_address_t data, vm_size_t len,
			  mach_port_t *right);


/* Memory that is read when it is touched (lazy.c).  Before checkpoint CKPT of the store is
   restored, and after it; true: CKPT must stay open.  */
void conductor_lazy_begin (struct store_ckpt *ckpt);
bool conductor_lazy_end (bool restored);
/* The hooks memory_lazy, memory_stored and settled.  */
error_t conductor_lazy (void *context, uint64_t object, uint64_t first,
			vm_size_t len, pid_t pid, mach_port_t *right);
error_t conductor_lazy_stored (void *context, mach_port_t name,
			       vm_offset_t offset, vm_size_t len,
			       uint8_t *bitmap);
bool conductor_lazy_settled (void *context);
struct conductor_lazy
{
  uint64_t number;		/* The checkpoint; 0: there is no such memory.  */
  uint64_t read, asked;		/* Pages read so far; requests of the kernel.  */
  uint64_t bad;			/* Pages that are damaged.  */
  uint64_t done;		/* Cycles when all had been read; 0: not yet.  */
  const char *damage;		/* The first of them, or "".  */
};
void conductor_lazy_status (struct conductor_lazy *status);

/* The order in which pages are read ahead (order.c).  Pages were asked for by the
   kernel; were written to (the hook memory_dirtied).  */
void conductor_order_asked (uint64_t object, uint64_t first, uint64_t n);
void conductor_order_dirtied (void *context, uint64_t object, uint64_t first,
			      uint64_t n);
/* Run number I of those that CKPT, which was loaded, has; false: no more.  */
bool conductor_order_get (size_t i, uint64_t *object, uint64_t *first,
			  uint64_t *n);
void conductor_order_load (struct store_ckpt *ckpt);
/* As a participant's `write'.  */
error_t conductor_order_write (void *context, struct store_txn *txn);

/* Ids of ports up to what CKPT has are not given to anything else.  */
error_t conductor_job_reserve (struct store_ckpt *ckpt);

/* Take the checkpoint A, whose image may have been captured.  */
error_t conductor_checkpoint (struct attempt *a);
/* Its steps: what it serves; programs prepare themselves, and can participants take part?
   The stop, at a moment that is looked for so often.  */
void conductor_begin (struct attempt *a);
error_t conductor_ask (struct attempt *a);
error_t conductor_capture (int tries, struct ckpt_image **image,
			   struct ckpt_report *report, struct ckpt_stats *stats);
/* The next moment, INTERVAL after *LAST, but not before now.  */
void conductor_next_time (struct timespec *last, double interval);

/* Beginning the next one early (ahead.c).  A is about to be written; or (NULL) nothing
   is, and nobody captures meanwhile.  */
void conductor_watch_ahead (struct attempt *a);
/* The hook parted.  */
void conductor_parted (void *context);
/* With the lock: what has been captured, or NULL; give that up.  */
struct attempt *conductor_take_ahead (void);
void conductor_drop_ahead (void);
void conductor_ahead_main (void *arg);
error_t conductor_start_threads (void);
/* Restore the newest checkpoint that can be.  */
error_t conductor_restore (char **why);
/* Let programs that asked for it prepare themselves for a checkpoint.  */
void conductor_prepare (void);
/* The thread that writes them.  */
void conductor_main (void *arg);
/* Watch the job's end, from now on.  */
void conductor_watch_job (void *arg);

/* Again, after checkpointd_stop.  */
void conductor_resume (void);
/* Keep what REPORT says, or ERR, as what went wrong last.  */
void conductor_keep_reason (struct ckpt_report *report, error_t err);

/* Say something on the console, as frames' control lines have it.  */
void conductor_event (const char *format, ...)
     __attribute__ ((format (printf, 1, 2)));
/* The same, of each checkpoint's course: only where there is a job.  */
void conductor_progress (const char *format, ...)
     __attribute__ ((format (printf, 1, 2)));

/* Has PID ended?  *STATUS is how.  Called with the lock held.  */
bool conductor_has_ended (pid_t pid, int *status);

/* Where faults can be had on purpose, see fault.c.  Returns the error, or 0.  */
enum conductor_point
{
  AT_FREEZE, AT_CAPTURED, AT_WRITE, AT_DEVICE, AT_COMMIT, AT_APPLY,
  AT_REDO, AT_REQUEST, AT_RESTORE, AT_REBUILD, AT_BEGIN, AT_ANY
};
error_t conductor_fault (enum conductor_point point);
/* TEXT is what is behind `fault='.  */
error_t conductor_fault_set (const char *text);

/* Put a cache in front of IO.  */
error_t conductor_cache (struct store_io *io);

/* Our own state at a checkpoint: the job.  */
extern struct ckpt_participant conductor_participant;
/* Requests that are not answered yet, and to send them again after a restore.  */
extern struct ckpt_participant conductor_pending_participant;
void conductor_send_pending (void *arg);

/* The host's port and uptime.  For the state of a checkpoint: the id of the port
   that stands for it (0: none yet), and the environment's uptime in
   microseconds.  */
void conductor_host_save (uint64_t *id, int64_t *time);
error_t conductor_host_restore (uint64_t id, int64_t time);
/* The hook begin: time goes on.  Restoring may have taken long, and nobody waited
   meanwhile.  */
void conductor_host_begin (void *context);
/* The hook host_right.  */
error_t conductor_host_right (void *context, mach_port_t *right);
boolean_t conductor_host_demuxer (mach_msg_header_t *inp,
				  mach_msg_header_t *outp);

/* How fast the time stamp counter goes, as far as can be told by now.  */
double conductor_cycles_per_us (void);

/* Texts for ckpt_query, malloced.  */
error_t conductor_text (int what, uint64_t number, uint64_t other, bool json,
			char **text, size_t *len);
error_t conductor_put_diff (FILE *f, uint64_t first, uint64_t second, bool json);

/* Something that is open in a checkpoint: ID is that of a port at the border.  */
struct conductor_open
{
  uint64_t id;
  char *text;
};

/* What is in an image, as text or as members of a JSON object; with the N things of OPENS
   it has open.  */
void conductor_put_image (FILE *f, const struct ci_image *ci, bool json,
			  const struct conductor_open *opens, uint32_t n);

#endif /* PERDURE_CHECKPOINTD_INTERNAL_H */
