/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of the crash server.  */

#ifndef PERDURE_CRASH_H
#define PERDURE_CRASH_H

#include <libserver/server.h>
#include <hurd.h>

/* What a dying process says of itself.  */
struct crash_cause
{
  int signo;
  long sigcode;
  int sigerror;
};

/* Write the memory and the registers of TASK, which stands still, into FILE as
   an ELF core.  Both are lent.  */
error_t crash_core (task_t task, file_t file, const struct crash_cause *cause);

/* Stop TASK (lent): it counts as stopped by the signal of CAUSE until another
   one is sent to it; then the request is answered, and its libc ends it.  */
error_t crash_suspend (struct sv_bucket *bucket, task_t task,
		       const struct crash_cause *cause);

/* Knows the signals that are sent to processes stopped so.  */
boolean_t crash_signal_demuxer (mach_msg_header_t *inp,
				mach_msg_header_t *outp);

#endif /* PERDURE_CRASH_H */
