/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the runner.

   A *run* is one job in one machine that may be killed and started again many
   times.  What the job writes to its standard output and error reaches us as
   frames on the serial line, each with the stream's number and the offset of
   its first byte in that stream.  A machine that was killed goes on from its
   last checkpoint and repeats what it wrote since; the offsets tell which
   bytes are new.  */

#ifndef PERDURE_RUNNER_H
#define PERDURE_RUNNER_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define RUNNER_STREAMS 3	/* Stream 1 is stdout, 2 is stderr.  */

/* What a stream has brought so far.  All of it is kept, so that what is
   repeated can be compared with what was shown.  */
struct stream
{
  uint64_t base;		/* Where DATA begins in the stream.  */
  char *data;
  size_t len, room;
  bool diverged;		/* A repetition differed.  */
  FILE *shown;			/* A copy for a later runner, or NULL.  */
};

/* How far the job is.  */
enum job_state
{
  JOB_BOOTING,			/* No job runs: its clock stands.  */
  JOB_RUNNING,
  JOB_DONE,
  JOB_FAILED,			/* The guest reported that it cannot go on.  */
};

struct output
{
  struct stream streams[RUNNER_STREAMS];
  enum job_state state;
  int status;			/* Of the job, when it is done.  */
  unsigned long restores;	/* "restored" frames seen.  */
  unsigned long checkpoints;	/* "ckpt" frames seen.  */
  unsigned long failures;	/* "failed" frames: checkpoints given up.  */
  unsigned long writings;	/* "writing" frames since the boot.  */
  double writing_since;		/* When the last of them came.  */
  double longest_interval;	/* Between two that follow each other.  */
  unsigned long marks;		/* Lines of stream 1 that begin with "mark ".  */
  unsigned long marked_checkpoints; /* Since the last of them …  */
  double mark_since;		/* … and when the second of these came.  */
  unsigned long boot_checkpoints; /* "ckpt" frames since the boot …  */
  double boot_since;		/* … and when the first of them came.  */
  unsigned long damaged;	/* Frames with a wrong checksum.  */
  char error[256];		/* Of a JOB_FAILED.  */
  bool pull;			/* The job asked to be killed ("pull").  */
  bool heard;			/* Anything has come since the boot.  */
  bool begun;			/* The job began while this runner looked.  */
  bool resumed;			/* The job was begun by another runner.  */
  char line[4096];		/* The serial line's current line.  */
  size_t line_len;
  FILE *log;			/* All serial output, or NULL.  */
  bool events;			/* Tell of kills and restores on stderr.  */
  bool echo;			/* Show other lines on stderr, too.  */
};

/* Take LEN bytes of serial output DATA into account: new bytes of the streams
   go to standard output and error.  */
void output_feed (struct output *o, const char *data, size_t len);

/* Keep what is shown in the files PREFIX.1 and PREFIX.2, and take what is there
   as shown already: so that a job whose runner has been killed is gone on with
   by another one as if it were the same.  The files go when the job is done.
   A runner that finds none shows a restored job's output from there on.  */
error_t output_keep (struct output *o, const char *prefix);

/* The job is done: remove the files.  */
void output_forget (struct output *o, const char *prefix);

/* Forget the line that a killed machine left unfinished.  */
void output_restart (struct output *o);

/* A machine's parts, as the command line gives them.  */
struct machine
{
  const char *qemu, *kernel, *append, *initrd, *memory;
  const char *disks[4];
  int ndisks;
  const char *write_log;	/* Record the second disk's writes there.  */
  const char *extra[16];	/* More arguments for QEMU.  */
  int nextra;
  bool interactive;		/* The serial line is standard input and output,
				   Ctrl-A leads to QEMU's monitor.  */
  FILE *errors;			/* What QEMU says on its standard error.  */
};

/* Start QEMU for M without a display and without input.  On success *PID is
   its process and *FD the reading end of its serial line.  M's kernel may be
   NULL: then the BIOS boots from the first disk.  */
error_t machine_start (struct machine *m, pid_t *pid, int *fd);

/* Become QEMU for M, in this process.  */
void machine_interact (const struct machine *m) __attribute__ ((noreturn));

/* Put the first line that QEMU has written to its standard error since it was
   started into LINE (of SIZE).  Returns false if there is none.  */
bool machine_complaint (struct machine *m, char *line, size_t size);

/* The name of one of M's disks for whose image there is no room to grow, or
   NULL.  QEMU stops a machine that cannot write.  */
const char *machine_full_disk (const struct machine *m);

/* Kill PID with SIGKILL and wait for it.  */
void machine_kill (pid_t pid);

/* Seconds of a clock that only goes forward.  */
double now (void);

#endif /* PERDURE_RUNNER_H */
