/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Capture and restore of a set of tasks: the environment.

   An environment is captured by stopping all its tasks, reading what they are,
   and letting them go on; only then its changed pages are written.  All this is
   done by one thread at a time, but for one thing: when of an image only pages are left
   to be written (the hook `parted'), the next one can be captured.  Participants then
   are asked for the next state before they hear whether the last one is durable.

   What is not understood is put into a report, by name, and fails the
   capture.  */

#ifndef PERDURE_CKPT_HURD_H
#define PERDURE_CKPT_HURD_H

#include <stdbool.h>
#include <sys/types.h>
#include <mach.h>
#include "participant.h"
#include "image.h"

struct store_txn;
struct store_ckpt;

/* Lines for people.  */
struct ckpt_report
{
  uint32_t nlines;
  char **lines;
};

void ckpt_report (struct ckpt_report *report, const char *format, ...)
     __attribute__ ((format (printf, 2, 3)));
void ckpt_report_free (struct ckpt_report *report);

/* What one checkpoint cost.  Times are in cycles of the time stamp counter.  */
struct ckpt_stats
{
  uint64_t number;		/* Of the checkpoint; 0: none yet.  */
  uint64_t quiesce;		/* Suspending tasks, closing the gates.  */
  uint64_t threads, memory, ports, participants, resume;
  uint64_t stop;		/* From the first suspend to the last resume.  */
  uint64_t write, commit;	/* Afterwards.  */
  uint32_t ntasks, nthreads, nports, nmessages, nregions, naborts;
  uint32_t snapshots;		/* Regions that had been written to.  */
  uint64_t pages;		/* Given to the store.  */
  uint64_t kept;		/* Known to be as in the checkpoint before.  */
  uint64_t checked;		/* Of those, compared with what is there.  */
  uint64_t missed;		/* And of these, the ones that had changed.  */
  uint64_t meta;		/* Bytes of records and states.  */
  uint32_t nrights;		/* Whose identity was established in the stop.  */
  uint64_t stored;		/* Pages that the store did not have; and bytes …  */
  uint64_t bytes;		/* … written to its device, index and all.  (Both
				   from who commits.)  */
  uint64_t lazy;		/* Restored: pages that are read when touched.  */
  uint32_t attempts;		/* Moments that were tried, from who captures; and …  */
  uint64_t waited;		/* … cycles until the last of them.  */
  uint64_t prepare, finish;	/* Before the stop, programs and participants are asked;
				   when it is durable, the old snapshots are forgotten
				   and participants told.  (From who takes it.)  */
};

static inline uint64_t
ckpt_cycles (void)
{
  return __builtin_ia32_rdtsc ();
}

/* What the rest of the process does for us.  */
struct ckpt_hooks
{
  void *context;
  /* Call ADD (ARG, TASK, PID) for each task of the environment; TASK is only
     read.  */
  error_t (*tasks) (void *context,
		    void (*add) (void *arg, task_t task, pid_t pid),
		    void *arg);
  /* Close and open the gates of the servers at the border.  EAGAIN from freeze:
     try again a little later.  */
  error_t (*freeze) (void *context);
  void (*thaw) (void *context);
  /* The receive right called NAME is ours: its id.  ESRCH if it is not, ENXIO if
     it is but is not made again at a restore: rights to it will be dead.  */
  error_t (*border_id) (void *context, mach_port_t name, uint64_t *id);
  /* A send right for the border port ID, for the caller.  ESRCH if it is not there: rights
     to it become dead, which is reported.  */
  error_t (*border_right) (void *context, uint64_t id, mach_port_t *right);
  /* What stands for the host's name port after a restore, for the caller; NULL:
     the host itself.  */
  error_t (*host_right) (void *context, mach_port_t *right);
  /* What was restored begins to run now; NULL: nobody cares.  */
  void (*begin) (void *context);
  /* RIGHT is a right to the memory object of a file of ours (allowing *PROT), or
     the kernel's name of one: the file's id, the version of its contents, and its
     size.  ESRCH if it is none.  */
  error_t (*memory_id) (void *context, mach_port_t right, uint64_t *id,
			uint64_t *version, uint64_t *size, int *prot);
  /* The version that the file ID has now; versions grow with each change of the
     contents of any file.  With ID 0, the version of what changed last.  */
  error_t (*memory_version) (void *context, uint64_t id, uint64_t *version);
  /* A right to map the file ID with PROT, for the caller.  */
  error_t (*memory_right) (void *context, uint64_t id, int prot,
			   mach_port_t *right);
  /* A right to a new memory object, of the SIZE bytes of our memory at DATA, which
     are its own from now on, whatever comes.  */
  error_t (*memory_create) (void *context, vm_address_t data, vm_size_t size,
			    mach_port_t *right);
  /* A right to a new memory object whose contents are the pages from FIRST on of OBJECT
     of the checkpoint that is being restored, read when they are touched; it is only
     copied.  PID, or 0, tells people whose they are.  ESRCH: all is to be read before
     anything runs.  These three may be NULL, as if they said ESRCH.  */
  error_t (*memory_lazy) (void *context, uint64_t object, uint64_t first,
			  vm_size_t size, pid_t pid, mach_port_t *right);
  /* If NAME is the kernel's name of one of those, set in BITMAP, of pages from OFFSET
     on, which of SIZE bytes are not zero.  ESRCH: it is none of them.  */
  error_t (*memory_stored) (void *context, mach_port_t name,
			    vm_offset_t offset, vm_size_t size,
			    uint8_t *bitmap);
  /* Does no thread wait for a page that memory_lazy has made?  What waits gets its page
     first.  NULL: none can.  */
  bool (*settled) (void *context);
  /* While a checkpoint is written, between two calls of the store; NULL: nobody waits
     for it meanwhile.  */
  void (*breathe) (void *context);
  /* Of the image that is being written nothing is left but pages of tasks: from now on
     another one may be captured (by another thread), before the end of this one.  It is
     written after that.  NULL: nobody does.  */
  void (*parted) (void *context);
  /* N pages from FIRST on of OBJECT were written to between the last two
     checkpoints.  */
  void (*memory_dirtied) (void *context, uint64_t object, uint64_t first,
			  uint64_t n);
};

/* For controlled experiments only.  */
#define CKPT_ABORT_THREADS	1 /* Abort every thread that is in the kernel.  */
#define CKPT_NO_FPU		2 /* Leave the FPU state out.  */
#define CKPT_TOP_ONLY		4 /* Look for changes in the first object only.  */
#define CKPT_NO_QUEUES		8 /* Leave the messages out.  */

struct ckpt_env;

/* Make an environment, empty.  HOOKS and the N PARTICIPANTS must outlive it.  */
error_t ckpt_env_create (const struct ckpt_hooks *hooks,
			 struct ckpt_participant *const *participants,
			 size_t n, int flags, struct ckpt_env **env);

/* Forget ENV and its snapshots; its tasks are left alone.  */
void ckpt_env_free (struct ckpt_env *env);

/* Stop the environment, make *IMAGE of it, let it go on.  EAGAIN: there was no
   quiet moment.  ENOTSUP: REPORT says what is not understood.  */
error_t ckpt_capture (struct ckpt_env *env, struct ckpt_image **image,
		      struct ckpt_report *report, struct ckpt_stats *stats);

/* Write IMAGE to TXN.  On failure the caller aborts TXN.  ESTALE: a file has changed
   that pages would have to be read from; another image is needed.  BEFORE is the last
   checkpoint if what is taken for unchanged is to be compared with it, else NULL: the
   first page that had changed nevertheless gets a line in the report, each is written
   and counted.  */
error_t ckpt_write (struct ckpt_image *image, struct store_txn *txn,
		    struct store_ckpt *before, struct ckpt_stats *stats);

/* The end of IMAGE: what was written of it has been COMMITTED, or not.  Calls the
   participants' `committed' (NUMBER) or `aborted'.  */
error_t ckpt_finish (struct ckpt_image *image, bool committed,
		     uint64_t number);

/* Make the environment of checkpoint CKPT and let it run.  ENV must be fresh.
   All is read and checked before anything runs; on failure the tasks that were
   made are ended again, and REPORT says why.  *APPLIED then tells whether the
   participants have state already, so that no other checkpoint can be tried in
   this process.  */
error_t ckpt_restore (struct ckpt_env *env, struct store_ckpt *ckpt,
		      struct ckpt_report *report, struct ckpt_stats *stats,
		      bool *applied);

/* What was written since the last checkpoint is not known: the one that was
   restored is not the last in the store.  */
void ckpt_env_untrack (struct ckpt_env *env);

/* Read and check the records of checkpoint CKPT, for ckpt_restore and for
   showing.  */
error_t ckpt_read_image (struct store_ckpt *ckpt, struct ci_image *image,
			 struct ckpt_report *report);

/* What TASK has from START to END need not be saved, or (ON false) is to be saved again:
   it is zero after a restore.  Only whole regions of memory that no other task shows are
   left out.  START and END are multiples of the page size.  Not to be called in a
   stop, nor by two threads at once.  ENOSPC: there are too many; ENOENT: just that was
   not said.  */
#define CKPT_TRANSIENTS	1024
error_t ckpt_env_transient (struct ckpt_env *env, task_t task,
			    vm_address_t start, vm_address_t end, bool on);

/* End all tasks of the environment.  */
void ckpt_terminate (struct ckpt_env *env);

#endif /* PERDURE_CKPT_HURD_H */
